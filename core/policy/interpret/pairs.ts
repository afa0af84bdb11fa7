// SPDX-License-Identifier: Apache-2.0
import { RE2JS } from 're2js'
import type { NumberOperator, TextOperator } from '../operators.js'
import { globMatches } from './glob.js'

/** Whether two texts are in a relation. */
export function textPairHolds(operator: Exclude<TextOperator, '!='>, l: string, r: string): boolean {
  switch (operator) {
    case '=':
    case 'in':
      return l === r
    case 'contains':
    case 'pmatch':
      return l.includes(r)
    case 'icontains':
      return l.toLowerCase().includes(r.toLowerCase())
    case 'bcontains':
      return bytesOf(r) !== undefined && utf8(l).some((_, at, all) => isAt(all, bytesOf(r) ?? [], at))
    case 'startswith':
      return l.startsWith(r)
    case 'bstartswith':
      return bytesOf(r) !== undefined && isAt(utf8(l), bytesOf(r) ?? [], 0)
    case 'endswith':
      return l.endsWith(r)
    case 'glob':
      return globMatches(r, l)
    case 'regex':
      return regexMatches(r, l)
    default:
      return operator satisfies never
  }
}

const utf8 = (text: string): readonly number[] => [...Buffer.from(text, 'utf8')]

/** The bytes of the hex digits; undefined if the text is not pairs of hex digits. */
const bytesOf = (digits: string): readonly number[] | undefined =>
  /^([0-9A-Fa-f]{2})+$/.test(digits) ? digits.match(/../g)?.map(pair => Number.parseInt(pair, 16)) : undefined

const isAt = (bytes: readonly number[], expected: readonly number[], at: number): boolean =>
  expected.every((byte, index) => bytes[at + index] === byte)

/** A pattern from a record may be invalid; it then matches nothing. */
function regexMatches(pattern: string, text: string): boolean {
  try {
    return RE2JS.compile(`\\A(?:${pattern})\\z`).matcher(text).find()
  } catch {
    return false
  }
}

/** JavaScript compares a bigint and a number by their exact values. */
export function orderHolds(operator: NumberOperator, l: number | bigint, r: number | bigint): boolean {
  switch (operator) {
    case '<':
      return l < r
    case '<=':
      return l <= r
    case '>':
      return l > r
    case '>=':
      return l >= r
    default:
      return operator satisfies never
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { TextOperator } from '../../operators.js'
import { globTest } from './glob.js'
import { containsAny, endsWithAny, startsWithAny } from './many-literals.js'
import { dynamicRegexTest, regexTest } from './regex.js'
import { anyTextTest, type TextTest } from './text-test.js'

/** `!=` is the negation of `=`; the compiler of the criterion negates it. */
export type PositiveTextOperator = Exclude<TextOperator, '!='>

/** Whether a text is in the relation `operator` to any of `literals`. The literals are compiled here, once. */
export function textTest(operator: PositiveTextOperator, literals: readonly string[]): TextTest {
  switch (operator) {
    case '=':
    case 'in':
      return isOneOf(literals)
    case 'contains':
    case 'pmatch':
      return containsAny(literals)
    case 'icontains': {
      const test = containsAny(literals.map(literal => literal.toLowerCase()))
      return text => test(text.toLowerCase())
    }
    case 'bcontains':
      return anyTextTest(literals.map(containsBytes))
    case 'startswith':
      return startsWithAny(literals)
    case 'bstartswith':
      return anyTextTest(literals.map(startsWithBytes))
    case 'endswith':
      return endsWithAny(literals)
    case 'glob':
      return anyTextTest(literals.map(globTest))
    case 'regex':
      return anyTextTest(literals.map(regexTest))
    default:
      return operator satisfies never
  }
}

/** The same relation between two texts, neither of which is known at compile time. */
export function textPairTest(operator: PositiveTextOperator): (left: string, right: string) => boolean {
  switch (operator) {
    case '=':
    case 'in':
      return (left, right) => left === right
    case 'contains':
    case 'pmatch':
      return (left, right) => left.includes(right)
    case 'icontains':
      return (left, right) => left.toLowerCase().includes(right.toLowerCase())
    case 'bcontains':
      return (left, right) => containsBytes(right)(left)
    case 'startswith':
      return (left, right) => left.startsWith(right)
    case 'bstartswith':
      return (left, right) => startsWithBytes(right)(left)
    case 'endswith':
      return (left, right) => left.endsWith(right)
    case 'glob':
      return (left, right) => globTest(right)(left)
    case 'regex':
      return dynamicRegexTest()
    default:
      return operator satisfies never
  }
}

function isOneOf(literals: readonly string[]): TextTest {
  const [first, second] = literals
  if (first === undefined) return () => false
  if (second === undefined) return text => text === first
  if (literals.length === 2) return text => text === first || text === second
  const members = new Set(literals)
  return text => members.has(text)
}

/** Whether the UTF-8 bytes of a text contain the bytes of the hex digits `digits`. Invalid hex digits never match. */
function containsBytes(digits: string): TextTest {
  const bytes = bytesOf(digits)
  return bytes === undefined ? () => false : text => Buffer.from(text, 'utf8').includes(bytes)
}

/** Whether the UTF-8 bytes of a text start with the bytes of the hex digits `digits`. */
function startsWithBytes(digits: string): TextTest {
  const bytes = bytesOf(digits)
  return bytes === undefined ? () => false : text => Buffer.from(text, 'utf8').subarray(0, bytes.length).equals(bytes)
}

const bytesOf = (digits: string): Buffer | undefined =>
  /^([0-9A-Fa-f]{2})+$/.test(digits) ? Buffer.from(digits, 'hex') : undefined

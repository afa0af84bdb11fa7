// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from '../../contract/any-value.js'
import type { OperatorName } from '../operators.js'
import { orderHolds, textPairHolds } from './pairs.js'

/** Whether `value operator text` holds, by the kind of the value; see docs/opentelemetry.md. */
export function anyValueHolds(value: AnyValue, operator: Exclude<OperatorName, 'exists' | '!='>, text: string): boolean {
  if (typeof value === 'string')
    return isOrder(operator) ? orderHolds(operator, byteOrder(value, text), 0) : textPairHolds(operator, value, text)
  if (typeof value === 'boolean') return isEquality(operator) && value === (text.toLowerCase() !== 'false')
  if (typeof value === 'bigint') {
    const other = wholeNumber(text)
    return other !== undefined && numbersHold(operator, value, other)
  }
  if (typeof value === 'number') {
    const other = decimalNumber(text)
    return other !== undefined && numbersHold(operator, value, other)
  }
  if (value instanceof Uint8Array) return bytesHold([...value], operator, [...Buffer.from(text, 'utf8')])
  if (Array.isArray(value)) return listHolds(value, operator, text)
  return false
}

export function textOfAnyValue(value: AnyValue | undefined): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  return value === undefined || typeof value === 'object' ? '' : `${value}`
}

const isEquality = (operator: OperatorName): boolean => operator === '=' || operator === 'in'
const isOrder = (operator: OperatorName): operator is '<' | '<=' | '>' | '>=' => ['<', '<=', '>', '>='].includes(operator)

/** UTF-8 preserves the order of code points. */
const byteOrder = (left: string, right: string): number => Buffer.compare(Buffer.from(left, 'utf8'), Buffer.from(right, 'utf8'))

function numbersHold(operator: OperatorName, left: number | bigint, right: number | bigint): boolean {
  if (isEquality(operator)) return left === right
  return isOrder(operator) && orderHolds(operator, left, right)
}

function wholeNumber(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text.trim())) return undefined
  const number = BigInt(text.trim().replace('+', ''))
  return number >= -(2n ** 63n) && number < 2n ** 63n ? number : undefined
}

const decimalNumber = (text: string): number | undefined =>
  /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(text.trim()) ? Number.parseFloat(text) : undefined

function bytesHold(bytes: readonly number[], operator: OperatorName, expected: readonly number[]): boolean {
  const isAt = (from: number): boolean => from >= 0 && expected.every((byte, index) => bytes[from + index] === byte)
  switch (operator) {
    case '=':
    case 'in':
      return bytes.length === expected.length && isAt(0)
    case 'contains':
    case 'pmatch':
      return expected.length === 0 || bytes.some((_, from) => isAt(from))
    case 'startswith':
      return isAt(0)
    case 'endswith':
      return isAt(bytes.length - expected.length)
    default:
      return false
  }
}

function listHolds(values: readonly AnyValue[], operator: OperatorName, text: string): boolean {
  switch (operator) {
    case 'contains':
    case 'pmatch':
    case 'icontains':
      return values.some(value => typeof value === 'string' && textPairHolds(operator, value, text))
    case 'startswith':
      return values[0] === text
    case 'endswith':
      return values[values.length - 1] === text
    default:
      return false
  }
}

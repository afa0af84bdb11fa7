// SPDX-License-Identifier: Apache-2.0

import { type AnyValue, kindOfAny } from '../../../contract/any-value.js'
import type { Batch } from '../../../contract/batch.js'
import type { NumberOperator, OperatorName } from '../../operators.js'
import { comparesNumbers } from '../../operators.js'
import { type AnyOperandView, type TypedOperandView, textsReader } from './operand-view.js'
import type { RowTest } from './row-test.js'
import { textTest } from './text-operators.js'
import type { TextTest } from './text-test.js'

export type AnyOperator = Exclude<OperatorName, 'exists' | '!='>
type AnyTest = (value: AnyValue) => boolean

/** `left operator right` where the kind of the left value determines the meaning of the operator; see docs/opentelemetry.md. */
export function anyTest<B extends Batch>(
  left: AnyOperandView<B>,
  operator: AnyOperator,
  rights: readonly TypedOperandView<B>[],
): RowTest<B> {
  const literals = rights.flatMap(right => (right.kind === 'constant' ? [right.text] : []))
  const others = rights.filter(right => right.kind !== 'constant').map(textsReader)
  const isMet = literals.length > 0 ? compileAnyTest(operator, literals) : () => false
  return (batch, row) => {
    const value = left.read(batch, row)
    if (value === undefined) return false
    return isMet(value) || others.some(texts => compileAnyTest(operator, texts(batch, row))(value))
  }
}

/** The text of a value on the right side of a comparison. Empty if the value has parts. */
export function textOfAny(value: AnyValue | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return String(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : ''
}

/** Compiles the literals once, so a test does no work on them. */
function compileAnyTest(operator: AnyOperator, literals: readonly string[]): AnyTest {
  const texts = textsTest(operator, literals)
  const bytes = bytesTest(operator, literals)
  const list = listTest(operator, literals)
  const integer = boundsTest(operator, literals.flatMap(integerIn))
  const number = boundsTest(operator, literals.flatMap(numberIn))
  const isEquality = operator === '=' || operator === 'in'
  const booleans = new Set(isEquality ? literals.map(booleanIn) : [])
  return value => {
    const kind = kindOfAny(value)
    switch (kind) {
      case 'text':
        return texts(value as string)
      case 'boolean':
        return booleans.has(value as boolean)
      case 'whole':
        return integer(value as bigint)
      case 'number':
        return number(value as number)
      case 'bytes':
        return bytes(value as Uint8Array)
      case 'list':
        return list(value as readonly AnyValue[])
      case 'keyed':
      case 'nothing':
        return false
      default:
        return kind satisfies never
    }
  }
}

/** Compares texts by code points. */
function textsTest(operator: AnyOperator, literals: readonly string[]): TextTest {
  if (!comparesNumbers(operator)) return textTest(operator, literals)
  return text => literals.some(literal => orderHolds(operator, compareCodePoints(text, literal)))
}

function bytesTest(operator: AnyOperator, literals: readonly string[]): (value: Uint8Array) => boolean {
  const all = literals.map(literal => Buffer.from(literal, 'utf8'))
  switch (operator) {
    case '=':
    case 'in':
      return value => all.some(bytes => bytes.equals(value))
    case 'contains':
    case 'pmatch':
      return value => all.some(bytes => asBuffer(value).includes(bytes))
    case 'startswith':
      return value => all.some(bytes => bytes.equals(value.subarray(0, bytes.length)))
    case 'endswith':
      return value => all.some(bytes => bytes.length <= value.length && bytes.equals(value.subarray(value.length - bytes.length)))
    default:
      return () => false
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

/** Only elements that are texts count: `contains` tests any of them, `startswith` the first, `endswith` the last. */
function listTest(operator: AnyOperator, literals: readonly string[]): (values: readonly AnyValue[]) => boolean {
  const isLiteral = (value: AnyValue | undefined): boolean => typeof value === 'string' && literals.includes(value)
  switch (operator) {
    case 'contains':
    case 'icontains':
    case 'pmatch': {
      const test = textTest(operator, literals)
      return values => values.some(value => typeof value === 'string' && test(value))
    }
    case 'startswith':
      return values => isLiteral(values[0])
    case 'endswith':
      return values => isLiteral(values.at(-1))
    default:
      return () => false
  }
}

function boundsTest<N extends number | bigint>(operator: AnyOperator, bounds: readonly N[]): (value: N) => boolean {
  if (operator === '=' || operator === 'in') return value => bounds.some(bound => value === bound)
  if (!comparesNumbers(operator)) return () => false
  return value =>
    bounds.some(bound => orderHolds(operator, value < bound ? -1 : value > bound ? 1 : value === bound ? 0 : Number.NaN))
}

function orderHolds(operator: NumberOperator, order: number): boolean {
  switch (operator) {
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    default:
      return operator satisfies never
  }
}

/** The order of code points. JavaScript compares UTF-16 units, so it sorts characters above U+FFFF before some lower ones. */
function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const [leftUnit, rightUnit] = [left.charCodeAt(at), right.charCodeAt(at)]
    if (leftUnit !== rightUnit)
      return isSurrogate(leftUnit) === isSurrogate(rightUnit) ? leftUnit - rightUnit : isSurrogate(leftUnit) ? 1 : -1
  }
  return left.length - right.length
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff

/** Every literal except `false` equals true. */
export const booleanIn = (text: string): boolean => !/^false$/i.test(text)

/** Empty if the text is not a 64-bit integer: a comparison with it never holds. */
export function integerIn(text: string): readonly bigint[] {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) return []
  const integer = BigInt(text.trim().replace(/^\+/, ''))
  return BigInt.asIntN(64, integer) === integer ? [integer] : []
}

export const numberIn = (text: string): readonly number[] =>
  /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text) ? [Number(text)] : []

// SPDX-License-Identifier: Apache-2.0
import { type AnyValue, kindOfAny } from '../../../contract/any-value.js'
import type { Batch } from '../../../contract/batch.js'
import type { NumberOperator, OperatorName } from '../../policy.js'
import { NUMBER_OPERATORS } from '../../policy.js'
import type { Test } from '../circuit/circuit.js'
import { type PositiveTextOperator, type TextTest, textTest } from './text-test.js'
import { type AnyView, type TypedView, textsRead } from './view.js'

export type AnyOperator = Exclude<OperatorName, 'exists' | '!='>
type AnyTest = (value: AnyValue) => boolean

/** `left operator rights` where the kind of the value at the left decides what the operator means; see docs/opentelemetry.md. */
export function anyTest<B extends Batch>(left: AnyView<B>, operator: AnyOperator, rights: readonly TypedView<B>[]): Test<B> {
  const literals = rights.flatMap(right => (right.kind === 'constant' ? [right.text] : []))
  const others = rights.filter(right => right.kind !== 'constant').map(textsRead)
  const isMet = literals.length > 0 ? againstAny(operator, literals) : () => false
  return (batch, row) => {
    const value = left.read(batch, row)
    if (value === undefined) return false
    return isMet(value) || others.some(texts => againstAny(operator, texts(batch, row))(value))
  }
}

/** The text of a value for comparisons in which it stands at the right; none for what has parts. */
export function textOfAny(value: AnyValue | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return String(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : ''
}

/** All work on the literals is done here, once. */
function againstAny(operator: AnyOperator, literals: readonly string[]): AnyTest {
  const texts = textsTest(operator, literals)
  const bytes = bytesTest(operator, literals)
  const list = listTest(operator, literals)
  const whole = orderTest(operator, literals.flatMap(wholeIn))
  const number = orderTest(operator, literals.flatMap(numberIn))
  const isEquality = operator === '=' || operator === 'in'
  const truths = isEquality ? new Set(literals.map(literal => !/^false$/i.test(literal))) : new Set<boolean>()
  return value => {
    const kind = kindOfAny(value)
    switch (kind) {
      case 'text':
        return texts(value as string)
      case 'boolean':
        return truths.has(value as boolean)
      case 'whole':
        return whole(value as bigint)
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

const isOrder = (operator: AnyOperator): operator is NumberOperator => (NUMBER_OPERATORS as readonly string[]).includes(operator)

/** Texts are put in the order of their code points. */
function textsTest(operator: AnyOperator, literals: readonly string[]): TextTest {
  if (!isOrder(operator)) return textTest(operator as PositiveTextOperator, literals)
  return text => literals.some(literal => inOrder(operator, compareTexts(text, literal)))
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

/** Only elements that are texts count: any of them holds it, the first is it, the last is it. */
function listTest(operator: AnyOperator, literals: readonly string[]): (values: readonly AnyValue[]) => boolean {
  const isMember = (value: AnyValue | undefined): boolean => typeof value === 'string' && literals.includes(value)
  switch (operator) {
    case 'contains':
    case 'icontains':
    case 'pmatch': {
      const test = textTest(operator, literals)
      return values => values.some(value => typeof value === 'string' && test(value))
    }
    case 'startswith':
      return values => isMember(values[0])
    case 'endswith':
      return values => isMember(values.at(-1))
    default:
      return () => false
  }
}

function orderTest<N extends number | bigint>(operator: AnyOperator, bounds: readonly N[]): (value: N) => boolean {
  if (operator === '=' || operator === 'in') return value => bounds.some(bound => value === bound)
  if (!isOrder(operator)) return () => false
  return value =>
    bounds.some(bound => inOrder(operator, value < bound ? -1 : value > bound ? 1 : value === bound ? 0 : Number.NaN))
}

function inOrder(operator: NumberOperator, order: number): boolean {
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

/** JavaScript's own order puts the characters above U+FFFF, which it keeps in two halves, before some below. */
function compareTexts(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)]
    if (one !== other) return isHalf(one) === isHalf(other) ? one - other : isHalf(one) ? 1 : -1
  }
  return left.length - right.length
}

const isHalf = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff

/** None for what is no whole number of 64 bits: a comparison with it never holds. */
function wholeIn(text: string): readonly bigint[] {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) return []
  const whole = BigInt(text.trim().replace(/^\+/, ''))
  return BigInt.asIntN(64, whole) === whole ? [whole] : []
}

const numberIn = (text: string): readonly number[] =>
  /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text) ? [Number(text)] : []

// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from '../../contract/any-value.js'
import type { Batch } from '../../contract/batch.js'
import type { AttributeValue, RecordAdapter } from '../../contract/record-adapter.js'
import type { Criterion, Operand } from '../policy.js'
import { anyValueHolds, textOfAnyValue } from './any-value.js'
import { selectInJson } from './json-path.js'
import { orderHolds, textPairHolds } from './pairs.js'

/** Whether one comparison holds, by the definitions in policy.ts. */
export function criterionHolds<B extends Batch>(criterion: Criterion, adapter: RecordAdapter<B>, batch: B, row: number): boolean {
  const { operator } = criterion
  const any = anyReaderOf(criterion.left, adapter)
  if (any) {
    const value = any(batch, row)
    if (operator === 'exists') return value !== undefined
    const texts = criterion.right.flatMap(operand => textsOf(readOperand(operand, adapter, batch, row)))
    const isMet = texts.some(text => value !== undefined && anyValueHolds(value, operator === '!=' ? '=' : operator, text))
    return isMet !== (operator === '!=')
  }
  const left = readOperand(criterion.left, adapter, batch, row)
  const right = criterion.right.map(operand => readOperand(operand, adapter, batch, row))
  switch (operator) {
    case 'exists':
      return !isEmptyValue(left.value)
    case '<':
    case '<=':
    case '>':
    case '>=':
      return anyPair(numbersOf(left), right.flatMap(numbersOf), (l, r) => orderHolds(operator, l, r))
    case '!=':
      return !anyPair(textsOf(left), right.flatMap(textsOf), (l, r) => textPairHolds('=', l, r))
    default:
      return anyPair(textsOf(left), right.flatMap(textsOf), (l, r) => textPairHolds(operator, l, r))
  }
}

const anyPair = <V>(left: readonly V[], right: readonly V[], test: (l: V, r: V) => boolean): boolean =>
  left.some(l => right.some(r => test(l, r)))

/** The reader of an operand whose kind depends on the record; undefined for an operand with a type. */
function anyReaderOf<B extends Batch>(
  operand: Operand,
  adapter: RecordAdapter<B>,
): ((batch: B, row: number) => AnyValue | undefined) | undefined {
  if (operand.kind === 'literal' || operand.path !== '') return undefined
  const attribute = adapter.attributes.find(operand.attribute)
  return attribute?.type === 'any' ? attribute.read : undefined
}

/** The value of an operand, and whether it is a number, a literal of the policy, or anything else. */
interface OperandValue {
  readonly nature: 'literal' | 'number' | 'other'
  readonly value: AttributeValue
}

function readOperand<B extends Batch>(operand: Operand, adapter: RecordAdapter<B>, batch: B, row: number): OperandValue {
  if (operand.kind === 'literal') return { nature: 'literal', value: operand.text }
  const attribute = adapter.attributes.find(operand.attribute)
  if (!attribute) throw new Error(`unknown attribute ${operand.attribute}`)
  const { path } = operand
  const index = /^(0|[1-9][0-9]*)$/.test(path) ? Number(path) : -1
  switch (attribute.type) {
    case 'number':
    case 'clock':
      return path === '' ? { nature: 'number', value: attribute.read(batch, row) } : { nature: 'other', value: '' }
    case 'numbers': {
      if (path === '') return { nature: 'number', value: attribute.read(batch, row) }
      return { nature: 'number', value: (attribute.indexed ?? attribute.read)(batch, row)[index] ?? [] }
    }
    case 'texts': {
      if (path === '') return { nature: 'other', value: attribute.read(batch, row) }
      return { nature: 'other', value: (attribute.indexed ?? attribute.read)(batch, row)[index] ?? '' }
    }
    case 'json': {
      const text = attribute.read(batch, row)
      return { nature: 'other', value: path === '' ? text : selectInJson(text, path) }
    }
    case 'text':
    case 'boolean':
      return { nature: 'other', value: path === '' ? attribute.read(batch, row) : '' }
    case 'any':
      return { nature: 'literal', value: path === '' ? textOfAnyValue(attribute.read(batch, row)) : '' }
    default:
      return attribute satisfies never
  }
}

const isEmptyValue = (value: AttributeValue): boolean =>
  typeof value === 'object' ? value.length === 0 : value === 0 || value === 0n || value === false || value === ''

/** The texts of an operand. Texts of attributes lose one quote on each side. */
function textsOf({ nature, value }: OperandValue): readonly string[] {
  if (nature === 'literal') return [String(value)]
  const texts = typeof value === 'object' ? value.map(String) : [String(value)]
  return (texts.length === 0 ? [''] : texts).map(text => text.replace(/^["']/, '').replace(/["']$/, ''))
}

function numbersOf({ nature, value }: OperandValue): readonly (number | bigint)[] {
  if (nature === 'literal') return [numberIn(String(value))]
  if (nature === 'other') return [0]
  const numbers = typeof value === 'object' ? value : [value]
  return numbers.filter(number => typeof number === 'number' || typeof number === 'bigint')
}

/** Integers exactly, whatever their length; decimals as the nearest number; anything that is not a number as 0. */
function numberIn(text: string): number | bigint {
  if (/^[+-]?[0-9]+$/.test(text)) return BigInt(text.replace('+', ''))
  return /^[+-]?([0-9]+\.[0-9]*|\.[0-9]+)$/.test(text) ? Number(text) : 0
}

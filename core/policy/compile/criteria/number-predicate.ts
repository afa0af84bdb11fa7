// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../../contract/batch.js'
import type { NumberOperator } from '../../operators.js'
import type { ValueReader } from './epoch.js'
import type { TypedOperandView } from './operand-view.js'
import type { RowTest } from './row-test.js'

/** `left operator right` for numbers. It holds if any pair of values of the two sides satisfies it. */
export function orderTest<B extends Batch>(
  left: TypedOperandView<B>,
  operator: NumberOperator,
  right: TypedOperandView<B>,
): RowTest<B> {
  if (right.kind === 'constant') {
    const literal = numberIn(right)
    const bound = typeof literal === 'bigint' && isSafe(literal) ? Number(literal) : literal
    if (left.kind === 'number' && typeof bound === 'number') return numberBoundTest(left.read, operator, bound)
    if (left.kind === 'clock') return clockBoundTest(left, operator, bound)
  }
  const lefts = numbersReader(left)
  const rights = numbersReader(right)
  const test = pairTest(operator)
  return (batch, row) => {
    const others = rights(batch, row)
    for (const one of lefts(batch, row)) for (const other of others) if (test(one, other)) return true
    return false
  }
}

type ExactNumber = number | bigint

function numberBoundTest<B extends Batch>(read: ValueReader<B, number>, operator: NumberOperator, bound: number): RowTest<B> {
  switch (operator) {
    case '<':
      return (batch, row) => read(batch, row) < bound
    case '<=':
      return (batch, row) => read(batch, row) <= bound
    case '>':
      return (batch, row) => read(batch, row) > bound
    case '>=':
      return (batch, row) => read(batch, row) >= bound
    default:
      return operator satisfies never
  }
}

const MAX_INT64 = 2n ** 63n - 1n

/** Timestamps are compared in halves, so the bound is rounded to an integer: `c < 1.5` is `c < 2`, `c > 1.5` is `c > 1`. */
function clockBoundTest<B extends Batch>(
  view: TypedOperandView<B> & { readonly kind: 'clock' },
  operator: NumberOperator,
  bound: ExactNumber,
): RowTest<B> {
  const roundsUp = operator === '<' || operator === '>='
  const integer = typeof bound === 'bigint' ? bound : integerOf(roundsUp ? Math.ceil(bound) : Math.floor(bound))
  // `c <= w` and `c > w` are `c < w + 1` and its negation.
  const limit = roundsUp ? integer : integer + 1n
  const isLessWanted = operator === '<' || operator === '<='
  if (limit > MAX_INT64) return () => isLessWanted
  if (limit <= -MAX_INT64 - 1n) return () => !isLessWanted
  const limitHigh = Number(limit >> 32n)
  const limitLow = Number(limit & 0xffffffffn)
  const { high, low } = view
  return (batch, row) => {
    const rowHigh = high(batch, row)
    return (rowHigh < limitHigh || (rowHigh === limitHigh && low(batch, row) < limitLow)) === isLessWanted
  }
}

/** Decimals beyond the range of numbers are infinite. */
const integerOf = (number: number): bigint =>
  Number.isFinite(number) ? BigInt(number) : number > 0 ? MAX_INT64 + 1n : -MAX_INT64 - 2n

/** Compares a bigint and a number by their exact values. */
function pairTest(operator: NumberOperator): (left: ExactNumber, right: ExactNumber) => boolean {
  switch (operator) {
    case '<':
      return (left, right) => left < right
    case '<=':
      return (left, right) => left <= right
    case '>':
      return (left, right) => left > right
    case '>=':
      return (left, right) => left >= right
    default:
      return operator satisfies never
  }
}

function numbersReader<B extends Batch>(view: TypedOperandView<B>): ValueReader<B, readonly ExactNumber[]> {
  switch (view.kind) {
    case 'constant': {
      const numbers = [numberIn(view)]
      return () => numbers
    }
    case 'number':
    case 'clock':
      return (batch, row) => [view.read(batch, row)]
    case 'numbers':
      return view.read
    case 'element':
      return (batch, row) => {
        const number = view.read(batch, row)
        return number === undefined ? [] : [number]
      }
    case 'text':
    case 'texts':
    case 'boolean':
      return () => ZERO
    default:
      return view satisfies never
  }
}

const ZERO: readonly ExactNumber[] = [0]
const isSafe = (integer: bigint): boolean =>
  integer >= BigInt(Number.MIN_SAFE_INTEGER) && integer <= BigInt(Number.MAX_SAFE_INTEGER)

/** The value of a literal: integers exactly, decimals as the nearest number, everything else 0. */
function numberIn(view: TypedOperandView<Batch> & { readonly kind: 'constant' }): ExactNumber {
  if (/^[+-]?[0-9]+$/.test(view.text)) return BigInt(view.text.startsWith('+') ? view.text.slice(1) : view.text)
  return /^[+-]?([0-9]+\.[0-9]*|\.[0-9]+)$/.test(view.text) ? Number(view.text) : 0
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { NumberOperator } from '../../policy.js'
import type { Test } from '../circuit/circuit.js'
import type { Read, TypedView } from './view.js'

/** `left operator right` for numbers: any pair of what the two sides give. */
export function orderTest<B extends Batch>(left: TypedView<B>, operator: NumberOperator, right: TypedView<B>): Test<B> {
  if (right.kind === 'constant') {
    const literal = numberIn(right)
    const bound = typeof literal === 'bigint' && isSafe(literal) ? Number(literal) : literal
    if (left.kind === 'number' && typeof bound === 'number') return againstNumber(left.read, operator, bound)
    if (left.kind === 'clock') return againstClock(left, operator, bound)
  }
  const lefts = numbersRead(left)
  const rights = numbersRead(right)
  const test = pairTest(operator)
  return (batch, row) => {
    const others = rights(batch, row)
    for (const one of lefts(batch, row)) for (const other of others) if (test(one, other)) return true
    return false
  }
}

type Exact = number | bigint

function againstNumber<B extends Batch>(read: Read<B, number>, operator: NumberOperator, bound: number): Test<B> {
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

const LARGEST = 2n ** 63n - 1n

/** Clocks are compared in halves, so the bound is first made a whole number: `c < 1.5` is `c < 2`, `c > 1.5` is `c > 1`. */
function againstClock<B extends Batch>(
  view: TypedView<B> & { readonly kind: 'clock' },
  operator: NumberOperator,
  bound: Exact,
): Test<B> {
  const roundsUp = operator === '<' || operator === '>='
  const whole = typeof bound === 'bigint' ? bound : wholeOf(roundsUp ? Math.ceil(bound) : Math.floor(bound))
  // `c <= w` and `c > w` are `c < w + 1` and its negation.
  const limit = roundsUp ? whole : whole + 1n
  const isLessWanted = operator === '<' || operator === '<='
  if (limit > LARGEST) return () => isLessWanted
  if (limit <= -LARGEST - 1n) return () => !isLessWanted
  const limitHigh = Number(limit >> 32n)
  const limitLow = Number(limit & 0xffffffffn)
  const { high, low } = view
  return (batch, row) => {
    const ownHigh = high(batch, row)
    return (ownHigh < limitHigh || (ownHigh === limitHigh && low(batch, row) < limitLow)) === isLessWanted
  }
}

/** Decimals longer than any number can hold are infinite. */
const wholeOf = (number: number): bigint => (Number.isFinite(number) ? BigInt(number) : number > 0 ? LARGEST + 1n : -LARGEST - 2n)

/** A bigint and a number compare by their exact values. */
function pairTest(operator: NumberOperator): (left: Exact, right: Exact) => boolean {
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

function numbersRead<B extends Batch>(view: TypedView<B>): Read<B, readonly Exact[]> {
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

const ZERO: readonly Exact[] = [0]
const isSafe = (whole: bigint): boolean => whole >= BigInt(Number.MIN_SAFE_INTEGER) && whole <= BigInt(Number.MAX_SAFE_INTEGER)

/** What a literal counts as: whole numbers exactly, decimals as the nearest number, everything else 0. */
function numberIn(view: TypedView<Batch> & { readonly kind: 'constant' }): Exact {
  if (/^[+-]?[0-9]+$/.test(view.text)) return BigInt(view.text.startsWith('+') ? view.text.slice(1) : view.text)
  return /^[+-]?([0-9]+\.[0-9]*|\.[0-9]+)$/.test(view.text) ? Number(view.text) : 0
}

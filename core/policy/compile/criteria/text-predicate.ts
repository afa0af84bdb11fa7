// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../../contract/batch.js'
import { type TypedOperandView, textReader, textsReader } from './operand-view.js'
import type { RowTest } from './row-test.js'
import { type PositiveTextOperator, textPairTest, textTest } from './text-operators.js'
import type { TextTest } from './text-test.js'

/** `left operator right`, where `right` is split into literals and views that are read from the record. */
export function literalsComparison<B extends Batch>(
  left: TypedOperandView<B>,
  operator: PositiveTextOperator,
  literals: readonly string[],
): RowTest<B> {
  const test = textTest(operator, literals)
  const isEquality = operator === '=' || operator === 'in'
  switch (left.kind) {
    case 'constant': {
      const answer = test(left.text)
      return () => answer
    }
    case 'text': {
      const { read } = left
      return (batch, row) => test(read(batch, row))
    }
    case 'boolean': {
      const { read } = left
      const whenTrue = test('true')
      const whenFalse = test('false')
      return (batch, row) => (read(batch, row) ? whenTrue : whenFalse)
    }
    case 'number': {
      const { read } = left
      if (!isEquality) return (batch, row) => test(String(read(batch, row)))
      const isOneOf = numberTest(literals)
      return (batch, row) => isOneOf(read(batch, row))
    }
    case 'clock':
      return isEquality ? clockEquality(left, literals) : (batch, row) => test(String(left.read(batch, row)))
    case 'element': {
      const { read } = left
      return (batch, row) => test(String(read(batch, row) ?? ''))
    }
    case 'texts':
      return textListTest(left.read, test)
    case 'numbers':
      return numberListTest(left.read, isEquality ? numberTest(literals) : number => test(String(number)), test(''))
    default:
      return left satisfies never
  }
}

function textListTest<B extends Batch>(read: (batch: B, row: number) => readonly string[], test: TextTest): RowTest<B> {
  const whenEmpty = test('')
  return (batch, row) => {
    const texts = read(batch, row)
    for (let at = 0; at < texts.length; at++) if (test(texts[at]!)) return true
    return texts.length === 0 && whenEmpty
  }
}

function numberListTest<B extends Batch>(
  read: (batch: B, row: number) => readonly number[],
  test: (number: number) => boolean,
  whenEmpty: boolean,
): RowTest<B> {
  return (batch, row) => {
    const numbers = read(batch, row)
    for (let at = 0; at < numbers.length; at++) if (test(numbers[at]!)) return true
    return numbers.length === 0 && whenEmpty
  }
}

/** The text of a number equals a literal only if the literal has the form of a number, so the numbers are compared instead. */
function numberTest(literals: readonly string[]): (number: number) => boolean {
  const [first, ...others] = literals
    .filter(literal => Number.isFinite(Number(literal)) && String(Number(literal)) === literal)
    .map(Number)
  if (first === undefined) return () => false
  if (others.length === 0) return number => number === first
  const members = new Set([first, ...others])
  return number => members.has(number)
}

function clockEquality<B extends Batch>(
  left: TypedOperandView<B> & { readonly kind: 'clock' },
  literals: readonly string[],
): RowTest<B> {
  const { high, low } = left
  const clocks = literals
    .filter(literal => /^-?[0-9]{1,19}$/.test(literal) && String(BigInt(literal)) === literal)
    .map(BigInt)
    .filter(clock => BigInt.asIntN(64, clock) === clock)
    .map(clock => ({ high: Number(clock >> 32n), low: Number(clock & 0xffffffffn) }))
  return (batch, row) => {
    for (const clock of clocks) if (low(batch, row) === clock.low && high(batch, row) === clock.high) return true
    return false
  }
}

export function viewComparison<B extends Batch>(
  left: TypedOperandView<B>,
  operator: PositiveTextOperator,
  right: TypedOperandView<B>,
): RowTest<B> {
  const test = textPairTest(operator)
  const leftText = textReader(left)
  const rightText = textReader(right)
  if (leftText && rightText) return (batch, row) => test(leftText(batch, row), rightText(batch, row))
  const leftTexts = textsReader(left)
  const rightTexts = textsReader(right)
  return (batch, row) => {
    const others = rightTexts(batch, row)
    for (const one of leftTexts(batch, row)) for (const other of others) if (test(one, other)) return true
    return false
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { Attribute, Source } from '../../../contract/source.js'
import type { Criterion, Operand, OperatorName } from '../../policy.js'
import type { Test } from '../circuit/circuit.js'
import { type Clues, cluesOf } from '../literals/clue.js'
import { type AnyOperator, anyTest, textOfAny } from './any-predicate.js'
import { orderTest } from './number-predicate.js'
import { againstLiterals, againstView } from './text-predicate.js'
import type { PositiveTextOperator } from './text-test.js'
import { attributeOf, type Read, type TypedView, type View, type Views } from './view.js'

/** A criterion made ready to run. */
export interface Predicate<B extends Batch> {
  /** What it reads. */
  readonly attributes: readonly Attribute<B>[]
  /** Rough price of one test, in comparisons of numbers. */
  readonly cost: number
  readonly test: Test<B>
  /** What tells its answer without the test; null: nothing does. */
  readonly clues: Clues<B> | null
}

export function predicateOf<B extends Batch>(criterion: Criterion, source: Source<B>, views: Views<B>): Predicate<B> {
  const operands = [criterion.left, ...criterion.right]
  return {
    attributes: operands.flatMap(operand => (operand.kind === 'attribute' ? [attributeOf(operand.attribute, source)] : [])),
    cost: costOf(criterion, views),
    test: testOf(criterion, views),
    clues: cluesOf(criterion, views),
  }
}

/** Equal keys mean equal comparisons. */
export function keyOf({ operator, left, right }: Criterion): string {
  return JSON.stringify([operator, operandKey(left), ...right.map(operandKey).sort()])
}

export const operandKey = (operand: Operand): string =>
  operand.kind === 'literal' ? `"${operand.text}` : `${operand.attribute}[${operand.path}`

function testOf<B extends Batch>(criterion: Criterion, views: Views<B>): Test<B> {
  const { operator } = criterion
  const left = views.of(criterion.left)
  const rights = criterion.right.map(operand => typed(views.of(operand)))
  switch (operator) {
    case 'exists':
      return existsTest(left)
    case '!=': {
      const isEqual = comparison(left, '=', rights)
      return (batch, row) => !isEqual(batch, row)
    }
    default:
      return comparison(left, operator, rights)
  }
}

function comparison<B extends Batch>(left: View<B>, operator: AnyOperator, rights: readonly TypedView<B>[]): Test<B> {
  if (left.kind === 'any') return anyTest(left, operator, rights)
  switch (operator) {
    case '<':
    case '<=':
    case '>':
    case '>=':
      return anyOf(rights.map(right => orderTest(left, operator, right)))
    default:
      return textCriterion(left, operator, rights)
  }
}

/** At the right a value of any kind counts as its text. */
function typed<B extends Batch>(view: View<B>): TypedView<B> {
  if (view.kind !== 'any') return view
  const read: Read<B, string> = (batch, row) => textOfAny(view.read(batch, row))
  return { kind: 'text', read, raw: read }
}

function textCriterion<B extends Batch>(
  left: TypedView<B>,
  operator: PositiveTextOperator,
  rights: readonly TypedView<B>[],
): Test<B> {
  const literals = rights.flatMap(right => (right.kind === 'constant' ? [right.text] : []))
  const views = rights.filter(right => right.kind !== 'constant')
  const tests = views.map(view => againstView(left, operator, view))
  return anyOf(literals.length > 0 ? [againstLiterals(left, operator, literals), ...tests] : tests)
}

function anyOf<B extends Batch>(tests: readonly Test<B>[]): Test<B> {
  const [only] = tests
  if (only && tests.length === 1) return only
  return (batch, row) => tests.some(test => test(batch, row))
}

function existsTest<B extends Batch>(view: View<B>): Test<B> {
  switch (view.kind) {
    case 'constant': {
      const answer = view.text !== ''
      return () => answer
    }
    case 'text':
      return isNot(view.raw, '')
    case 'number':
      return isNot(view.read, 0)
    case 'boolean':
      return view.read
    case 'clock':
      return (batch, row) => view.low(batch, row) !== 0 || view.high(batch, row) !== 0
    case 'texts':
    case 'numbers':
      return (batch, row) => view.read(batch, row).length > 0
    case 'element':
      return (batch, row) => (view.read(batch, row) ?? 0) !== 0
    case 'any':
      return isNot(view.read, undefined)
    default:
      return view satisfies never
  }
}

const isNot =
  <B extends Batch, V>(read: Read<B, V>, nothing: V): Test<B> =>
  (batch, row) =>
    read(batch, row) !== nothing

function costOf<B extends Batch>({ operator, left, right }: Criterion, views: Views<B>): number {
  let cost = OPERATOR_COST[operator]
  if (operator !== '=' && operator !== '!=' && operator !== 'in') cost *= Math.max(1, right.length)
  for (const operand of [left, ...right]) if (operand.kind === 'attribute') cost += readCost(operand, views)
  return cost
}

const OPERATOR_COST: Readonly<Record<OperatorName, number>> = {
  exists: 1, '<': 1, '<=': 1, '>': 1, '>=': 1, '=': 1, '!=': 1, in: 2, startswith: 2, endswith: 2, contains: 4, pmatch: 4,
  icontains: 8, glob: 8, bcontains: 30, bstartswith: 30, regex: 60,
} // biome-ignore format: a table

function readCost<B extends Batch>(operand: Operand & { readonly kind: 'attribute' }, views: Views<B>): number {
  switch (views.of(operand).kind) {
    case 'number':
    case 'boolean':
    case 'clock':
      return 0
    case 'text':
      return operand.path === '' ? 2 : 40
    default:
      return 6
  }
}

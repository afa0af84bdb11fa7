// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../../contract/batch.js'
import type { Attribute, RecordAdapter } from '../../../contract/record-adapter.js'
import type { OperatorName } from '../../operators.js'
import type { Criterion, Operand } from '../../policy.js'
import { type AnyOperator, anyTest, textOfAny } from './any-predicate.js'
import type { ValueReader } from './epoch.js'
import { orderTest } from './number-predicate.js'
import { attributeOf, type OperandView, type OperandViews, type TypedOperandView } from './operand-view.js'
import { type RequiredLiterals, requiredLiteralsOf } from './required-literal.js'
import type { RowTest } from './row-test.js'
import type { PositiveTextOperator } from './text-operators.js'
import { literalsComparison, viewComparison } from './text-predicate.js'

/** A compiled criterion. */
export interface Predicate<B extends Batch> {
  /** The attributes that it reads. */
  readonly attributes: readonly Attribute<B>[]
  /** Approximate cost of one test, in comparisons of numbers. */
  readonly cost: number
  readonly test: RowTest<B>
  /** The literals that allow the test to be skipped if none of them occurs; null if the test is always needed. */
  readonly requiredLiterals: RequiredLiterals<B> | null
}

export function predicateOf<B extends Batch>(
  criterion: Criterion,
  adapter: RecordAdapter<B>,
  views: OperandViews<B>,
): Predicate<B> {
  const operands = [criterion.left, ...criterion.right]
  return {
    attributes: operands.flatMap(operand => (operand.kind === 'attribute' ? [attributeOf(operand.attribute, adapter)] : [])),
    cost: costOf(criterion, views),
    test: testOf(criterion, views),
    requiredLiterals: requiredLiteralsOf(criterion, views),
  }
}

/** Whether a record has one of `types`. Prefilters use it. */
export function recordTypePredicate<B extends Batch>(types: readonly string[], views: OperandViews<B>): Predicate<B> {
  const view = views.ofRecordType()
  return {
    attributes: [],
    cost: OPERATOR_COST.in,
    test: literalsComparison(view, 'in', types),
    requiredLiterals: {
      literals: types.map(text => ({ view, isFolded: false, position: 'whole', text })),
      defaultAnswer: false,
    },
  }
}

/** Equal keys mean equal comparisons. */
export function criterionKey({ operator, left, right }: Criterion): string {
  return JSON.stringify([operator, operandKey(left), ...right.map(operandKey).sort()])
}

export const operandKey = (operand: Operand): string =>
  operand.kind === 'literal' ? `"${operand.text}` : `${operand.attribute}[${operand.path}`

function testOf<B extends Batch>(criterion: Criterion, views: OperandViews<B>): RowTest<B> {
  const { operator } = criterion
  const left = views.of(criterion.left)
  const rights = criterion.right.map(operand => toTypedView(views.of(operand)))
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

function comparison<B extends Batch>(
  left: OperandView<B>,
  operator: AnyOperator,
  rights: readonly TypedOperandView<B>[],
): RowTest<B> {
  if (left.kind === 'any') return anyTest(left, operator, rights)
  switch (operator) {
    case '<':
    case '<=':
    case '>':
    case '>=':
      return anyOf(rights.map(right => orderTest(left, operator, right)))
    default:
      return textComparison(left, operator, rights)
  }
}

/** On the right side, a value of any kind counts as its text. */
function toTypedView<B extends Batch>(view: OperandView<B>): TypedOperandView<B> {
  if (view.kind !== 'any') return view
  const read: ValueReader<B, string> = (batch, row) => textOfAny(view.read(batch, row))
  return { kind: 'text', read, raw: read }
}

function textComparison<B extends Batch>(
  left: TypedOperandView<B>,
  operator: PositiveTextOperator,
  rights: readonly TypedOperandView<B>[],
): RowTest<B> {
  const literals = rights.flatMap(right => (right.kind === 'constant' ? [right.text] : []))
  const views = rights.filter(right => right.kind !== 'constant')
  const tests = views.map(view => viewComparison(left, operator, view))
  return anyOf(literals.length > 0 ? [literalsComparison(left, operator, literals), ...tests] : tests)
}

function anyOf<B extends Batch>(tests: readonly RowTest<B>[]): RowTest<B> {
  const [only] = tests
  if (only && tests.length === 1) return only
  return (batch, row) => tests.some(test => test(batch, row))
}

function existsTest<B extends Batch>(view: OperandView<B>): RowTest<B> {
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
  <B extends Batch, V>(read: ValueReader<B, V>, nothing: V): RowTest<B> =>
  (batch, row) =>
    read(batch, row) !== nothing

function costOf<B extends Batch>({ operator, left, right }: Criterion, views: OperandViews<B>): number {
  let cost = OPERATOR_COST[operator]
  if (operator !== '=' && operator !== '!=' && operator !== 'in') cost *= Math.max(1, right.length)
  for (const operand of [left, ...right]) if (operand.kind === 'attribute') cost += readCost(operand, views)
  return cost
}

const OPERATOR_COST: Readonly<Record<OperatorName, number>> = {
  exists: 1, '<': 1, '<=': 1, '>': 1, '>=': 1, '=': 1, '!=': 1, in: 2, startswith: 2, endswith: 2, contains: 4, pmatch: 4,
  icontains: 8, glob: 8, bcontains: 30, bstartswith: 30, regex: 60,
} // biome-ignore format: a table

function readCost<B extends Batch>(operand: Operand & { readonly kind: 'attribute' }, views: OperandViews<B>): number {
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

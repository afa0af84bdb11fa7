// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../../contract/batch.js'
import type { Attribute, RecordAdapter } from '../../../contract/record-adapter.js'
import type { Criterion } from '../../policy.js'
import type { OperandViews } from '../criteria/operand-view.js'
import { criterionKey, type Predicate, predicateOf, recordTypePredicate } from '../criteria/predicate.js'
import type { RowTest } from '../criteria/row-test.js'
import type { DependenceOf } from './dependences.js'
import { FALSE_NODE, type PredicateGraph, type PredicateNode, TRUE_NODE } from './predicate-graph.js'

/** The criteria of a policy as leaves of a predicate graph. Equal criteria with the same decider share one leaf. */
export class Leaves<B extends Batch> {
  readonly #graph: PredicateGraph<B>
  readonly #adapter: RecordAdapter<B>
  readonly #views: OperandViews<B>
  readonly #predicates = new Map<string, Predicate<B>>()
  readonly #leaves = new Map<string, PredicateNode<B>>()

  constructor(graph: PredicateGraph<B>, adapter: RecordAdapter<B>, views: OperandViews<B>) {
    this.#graph = graph
    this.#adapter = adapter
    this.#views = views
  }

  /** All attributes that the existing leaves read. */
  get attributes(): readonly Attribute<B>[] {
    return [...new Set([...this.#predicates.values()].flatMap(({ attributes }) => attributes))]
  }

  /** The leaf that holds if `criterion` is `wanted`. */
  leaf(criterion: Criterion, wanted: boolean, dependenceOf: DependenceOf): PredicateNode<B> {
    const key = criterionKey(criterion)
    const predicate = this.#predicate(key, criterion)
    if (predicate.attributes.length === 0) return evaluateConstant(predicate.test) === wanted ? TRUE_NODE : FALSE_NODE
    const dependence = dependenceOf(predicate.attributes)
    const leafKey = `${wanted} ${dependence} ${key}`
    const known = this.#leaves.get(leafKey)
    if (known) return known
    const { test, cost } = predicate
    const requiredLiterals = predicate.requiredLiterals && {
      ...predicate.requiredLiterals,
      defaultAnswer: predicate.requiredLiterals.defaultAnswer === wanted,
    }
    const leaf = this.#graph.leaf(dependence, cost, wanted ? test : (batch, row) => !test(batch, row), requiredLiterals)
    this.#leaves.set(leafKey, leaf)
    return leaf
  }

  /** The leaf that holds for records of these types. */
  recordTypeLeaf(types: readonly string[], dependenceOf: DependenceOf): PredicateNode<B> {
    const dependence = dependenceOf([{ name: '', dependsOn: this.#adapter.recordTypeDependsOn ?? 'row' }])
    const key = `types ${dependence} ${JSON.stringify(types)}`
    const known = this.#leaves.get(key)
    if (known) return known
    const { test, cost, requiredLiterals } = recordTypePredicate(types, this.#views)
    const leaf = this.#graph.leaf(dependence, cost, test, requiredLiterals)
    this.#leaves.set(key, leaf)
    return leaf
  }

  #predicate(key: string, criterion: Criterion): Predicate<B> {
    const known = this.#predicates.get(key)
    if (known) return known
    const predicate = predicateOf(criterion, this.#adapter, this.#views)
    this.#predicates.set(key, predicate)
    return predicate
  }
}

/** Only literals are compared, so no record is read. */
const evaluateConstant = <B extends Batch>(test: RowTest<B>): boolean => test(undefined as never, 0)

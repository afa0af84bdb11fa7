// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import { Fault } from '../../../errors/fault.js'
import type { RuleCondition } from '../../policy.js'
import type { DependenceOf } from './dependences.js'
import type { Leaves } from './leaves.js'
import { mergeCriteria } from './merge-criteria.js'
import { FALSE_NODE, type PredicateGraph, type PredicateNode, TRUE_NODE } from './predicate-graph.js'

/** Deeper conditions are rejected, because the lowering is recursive. */
const MAX_DEPTH = 1000

/**
 * Conditions have three values, predicate graphs two. Each condition has one node that holds when it is certainly true, and one
 * that holds when it is certainly false. `not` swaps the two nodes. Both are FALSE for an unavailable attribute, so the third
 * value does not exist at run time.
 */
export class ConditionLowering<B extends Batch> {
  readonly #graph: PredicateGraph<B>
  readonly #leaves: Leaves<B>
  readonly dependenceOf: DependenceOf
  readonly #mergesCriteria: boolean
  readonly #known = { true: new Map<RuleCondition, PredicateNode<B>>(), false: new Map<RuleCondition, PredicateNode<B>>() }

  /** `mergesCriteria`: adjacent criteria become one if one list can express the same. */
  constructor(graph: PredicateGraph<B>, leaves: Leaves<B>, dependenceOf: DependenceOf, mergesCriteria: boolean) {
    this.#graph = graph
    this.#leaves = leaves
    this.dependenceOf = dependenceOf
    this.#mergesCriteria = mergesCriteria
  }

  /** The node that holds for the records for which `condition` certainly is `wanted`. */
  nodeOf(condition: RuleCondition, wanted = true, depth = 0): PredicateNode<B> {
    const known = this.#known[`${wanted}`].get(condition)
    if (known) return known
    if (depth > MAX_DEPTH) throw new Fault('SFP_ENGINE_TOO_DEEP', { deepest: MAX_DEPTH })
    const node = this.#lower(condition, wanted, depth)
    this.#known[`${wanted}`].set(condition, node)
    return node
  }

  #lower(condition: RuleCondition, wanted: boolean, depth: number): PredicateNode<B> {
    switch (condition.kind) {
      case 'constant':
        return condition.value === wanted ? TRUE_NODE : FALSE_NODE
      case 'unavailable':
        return FALSE_NODE
      case 'criterion':
        return this.#leaves.leaf(condition.criterion, wanted, this.dependenceOf)
      case 'not':
        return this.nodeOf(condition.term, !wanted, depth + 1)
      case 'all':
      case 'any':
        return this.#gate(condition.terms, wanted, (condition.kind === 'all') === wanted, depth)
      default:
        return condition satisfies never
    }
  }

  #gate(terms: readonly RuleCondition[], wanted: boolean, isAll: boolean, depth: number): PredicateNode<B> {
    const conditions = terms.map(condition => ({ condition, wanted }))
    const mergedConditions = this.#mergesCriteria ? mergeCriteria(conditions, isAll) : conditions
    const nodes = mergedConditions.map(wantedCondition =>
      this.nodeOf(wantedCondition.condition, wantedCondition.wanted, depth + 1),
    )
    return isAll ? this.#graph.all(nodes) : this.#graph.any(nodes)
  }
}

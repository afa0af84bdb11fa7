// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { DisabledOptimizations } from '../../contract/host.js'
import type { Attribute, RecordAdapter } from '../../contract/record-adapter.js'
import type { Policy, Rule } from '../policy.js'
import type { Epoch } from './criteria/epoch.js'
import { OperandViews } from './criteria/operand-view.js'
import { ConditionLowering } from './graph/condition-lowering.js'
import {
  comparisonDependence,
  Deciders,
  type Dependences,
  dependenceInGroup,
  generalDependence,
  ROW_BIT,
} from './graph/dependences.js'
import { type EntityPredicate, EntityPredicates, entityPredicatesIn } from './graph/entity-predicates.js'
import { Leaves } from './graph/leaves.js'
import { oncePerEpoch } from './graph/once-per-epoch.js'
import { FALSE_NODE, type LeafNode, PredicateGraph, type PredicateNode } from './graph/predicate-graph.js'
import { LiteralPrefilters } from './literals/literal-prefilters.js'

/** A rule that can still match, with the remainder of its condition. */
export interface CandidateRule<B extends Batch> {
  /** Index of the rule in the policy. */
  readonly index: number
  readonly node: PredicateNode<B>
}

/** A policy specialized for some groups. Its leaves are entity predicates and tests of single rows. */
export interface SpecializedRules<B extends Batch> {
  /** Drops the rows for which it holds. */
  readonly filter: PredicateNode<B>
  /** The rules that can match in these groups. */
  readonly candidates: readonly CandidateRule<B>[]
}

/** Beyond this number, new kinds of groups use the general rules, which are correct for all groups but slower. */
const MAX_SPECIALIZATIONS = 64

/**
 * Below this number of rules with literals, testing them one by one is as fast as a search over the texts of a row (measured:
 * 18).
 */
const MIN_SEARCHED_RULES = 20

/** Everything that is compiled before records arrive, and once per new kind of group. */
export class CompiledRules<B extends Batch> {
  readonly policy: Policy
  readonly disabledOptimizations: DisabledOptimizations
  readonly graph = new PredicateGraph<B>()
  readonly deciders: Deciders
  readonly epoch: Epoch = { current: 0 }
  /** Correct for the rows of all groups. */
  readonly general: SpecializedRules<B>
  readonly #adapter: RecordAdapter<B>
  readonly #leaves: Leaves<B>
  readonly #entityPredicates: EntityPredicates<B>
  /** Attributes that may depend on less within a group. */
  readonly #groupDependentAttributes: readonly Attribute<B>[]
  /** By entity predicate id; computed on first use. */
  #rulesByPredicate: ReadonlyMap<number, ReadonlySet<number>> | undefined
  readonly #specializations = new Map<string, SpecializedRules<B>>()

  constructor(policy: Policy, adapter: RecordAdapter<B>, disabledOptimizations: DisabledOptimizations) {
    this.policy = policy
    this.disabledOptimizations = disabledOptimizations
    this.#adapter = adapter
    this.deciders = new Deciders(adapter.entities.length)
    this.#leaves = new Leaves(this.graph, adapter, new OperandViews(adapter, this.epoch))
    this.#entityPredicates = new EntityPredicates(this.graph)
    this.general = this.#specialize(generalDependence(adapter, this.deciders))
    const specializesByGroup = !disabledOptimizations.has('group-designs')
    this.#groupDependentAttributes = specializesByGroup
      ? this.#leaves.attributes.filter(({ dependsOnWithinGroup }) => dependsOnWithinGroup !== undefined)
      : []
  }

  /** All entity predicates of one decider, for any state. */
  entityPredicatesOf(bit: number): readonly EntityPredicate<B>[] {
    return this.#entityPredicates.ofDecider(bit)
  }

  /** The index of an entity predicate in {@link entityPredicatesOf}. */
  positionOf(entityPredicate: LeafNode<B>): number {
    return this.#entityPredicates.positionOf(entityPredicate)
  }

  /** Indexes of the rules that use an entity predicate, in any kind of group. */
  rulesUsing(entityPredicate: EntityPredicate<B>): ReadonlySet<number> {
    this.#rulesByPredicate ??= this.#findRulesByPredicate()
    return this.#rulesByPredicate.get(entityPredicate.id) ?? NO_RULES
  }

  /**
   * Compiles the specialized rules for a group if they do not exist. True: new entity predicates may have been added, so existing
   * answer sets are incomplete.
   */
  prepare(group: number): boolean {
    if (this.#groupDependentAttributes.length === 0) return false
    const kind = this.#groupKindOf(group)
    if (this.#specializations.has(kind) || this.#specializations.size >= MAX_SPECIALIZATIONS) return false
    this.#rulesByPredicate = undefined
    this.#specializations.set(
      kind,
      this.#specialize(dependenceInGroup(group, this.#groupDependentAttributes, this.#adapter, this.deciders)),
    )
    return true
  }

  /** The rules specialized for one group. */
  rulesForGroup(group: number): SpecializedRules<B> {
    return (
      (this.#groupDependentAttributes.length > 0 ? this.#specializations.get(this.#groupKindOf(group)) : undefined) ??
      this.general
    )
  }

  /**
   * For records that are their own entities: which rules are found by the literal search. The others are tested on each row.
   * Undefined if there are too few rules to justify the search.
   */
  #searchedRules(nodes: readonly PredicateNode<B>[]): readonly boolean[] | undefined {
    if (this.deciders.rowBit === ROW_BIT || this.disabledOptimizations.has('literal-index')) return undefined
    const prefilters = new LiteralPrefilters<B>([], ({ text }) => text)
    const isSearched = nodes.map(
      node => node.kind !== 'constant' && [true, false].some(value => prefilters.requiredFor(node, value) !== null),
    )
    return isSearched.filter(Boolean).length < MIN_SEARCHED_RULES ? undefined : isSearched
  }

  #ruleNode({ enabled, prefilter, condition }: Rule, lowering: ConditionLowering<B>): PredicateNode<B> {
    if (!enabled) return FALSE_NODE
    const node = lowering.nodeOf(condition)
    if (prefilter.length === 0 || this.#adapter.recordTypes.length === 0) return node
    return this.graph.all([this.#leaves.recordTypeLeaf(prefilter, lowering.dependenceOf), node])
  }

  #findRulesByPredicate(): ReadonlyMap<number, ReadonlySet<number>> {
    const rulesByPredicate = new Map<number, Set<number>>()
    for (const { candidates } of [this.general, ...this.#specializations.values()]) {
      for (const { index, node } of candidates) {
        for (const { id } of entityPredicatesIn([node], ANY_DECIDER)) {
          const known = rulesByPredicate.get(id)
          if (known) known.add(index)
          else rulesByPredicate.set(id, new Set([index]))
        }
      }
    }
    return rulesByPredicate
  }

  #groupKindOf(group: number): string {
    return this.#groupDependentAttributes.map(({ dependsOnWithinGroup }) => dependsOnWithinGroup?.(group)).join()
  }

  #specialize(dependences: Dependences): SpecializedRules<B> {
    const { graph, policy, deciders } = this
    const mergesCriteria = !this.disabledOptimizations.has('merged-criteria')
    const lowering = (rowBit: number): ConditionLowering<B> =>
      new ConditionLowering(graph, this.#leaves, comparisonDependence(dependences, rowBit), mergesCriteria)
    const rowLowering = lowering(ROW_BIT)
    const rowNodes = policy.rules.map(rule => this.#ruleNode(rule, rowLowering))
    const isSearched = this.#searchedRules(rowNodes)
    const searchLowering = lowering(deciders.rowBit)
    const nodes = rowNodes.map((node, at) => (isSearched?.[at] ? this.#ruleNode(policy.rules[at]!, searchLowering) : node))
    const filterLowering = isSearched ? lowering(deciders.filterRowBit) : rowLowering
    const filters = policy.filters.filter(({ enabled }) => enabled).map(({ condition }) => filterLowering.nodeOf(condition))
    const filter = graph.any(filters)
    const rewrite = this.#entityPredicates.rewriter(oncePerEpoch([filter, ...nodes], this.epoch))
    const candidates = nodes.map((node, index) => ({ index, node: rewrite(node) }))
    return { filter: rewrite(filter), candidates: candidates.filter(({ node }) => node !== FALSE_NODE) }
  }
}

/** The bits of all deciders of entity predicates. */
const ANY_DECIDER = -1
const NO_RULES: ReadonlySet<number> = new Set()

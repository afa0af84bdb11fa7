// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { DisabledOptimizations } from '../../contract/host.js'
import type { Attribute, RecordAdapter } from '../../contract/record-adapter.js'
import type { Criterion, Policy, Rule } from '../policy.js'
import { type Epoch, oncePerEpoch } from './criteria/once-per-epoch.js'
import { OperandViews } from './criteria/operand-view.js'
import { ConditionLowering } from './graph/condition-lowering.js'
import { Deciders, type DependenceOf, dependenceInGroup, generalDependence } from './graph/dependences.js'
import { type EntityPredicate, EntityPredicates, entityPredicatesIn } from './graph/entity-predicates.js'
import { Leaves } from './graph/leaves.js'
import { FALSE_NODE, type LeafNode, PredicateGraph, type PredicateNode, TRUE_NODE } from './graph/predicate-graph.js'

/** A rule that may still match, and what is left of its condition. */
export interface CandidateRule<B extends Batch> {
  /** Place of the rule in the policy. */
  readonly index: number
  readonly node: PredicateNode<B>
}

/** A whole policy, as it looks in some groups: its leaves are facets and tests of single rows. */
export interface SpecializedRules<B extends Batch> {
  /** Drops a row where it holds. */
  readonly filter: PredicateNode<B>
  /** The rules that can match at all. */
  readonly candidates: readonly CandidateRule<B>[]
}

/** More kinds of groups than this are judged by the general design, which is right for all of them, if slower. */
const MAX_SPECIALIZATIONS = 64

/** All that is worked out before records come, and once for each kind of groups that turns up. */
export class CompiledRules<B extends Batch> {
  readonly policy: Policy
  readonly disabledOptimizations: DisabledOptimizations
  readonly graph = new PredicateGraph<B>()
  readonly deciders: Deciders
  readonly epoch: Epoch = { current: 0 }
  /** Right for the rows of all groups. */
  readonly general: SpecializedRules<B>
  readonly #adapter: RecordAdapter<B>
  readonly #leaves: Leaves<B>
  readonly #entityPredicates: EntityPredicates<B>
  /** Those that may depend on less within a group. */
  readonly #groupDependentAttributes: readonly Attribute<B>[]
  /** By facet; found when they are first asked for. */
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

  /** All that one decider may have to be asked in any state. */
  entityPredicatesOf(bit: number): readonly EntityPredicate<B>[] {
    return this.#entityPredicates.ofDecider(bit)
  }

  /** The place of a facet in {@link entityPredicatesOf}. */
  positionOf(entityPredicate: LeafNode<B>): number {
    return this.#entityPredicates.positionOf(entityPredicate)
  }

  /** Places of the rules that ask a facet in any kind of groups. */
  rulesUsing(entityPredicate: EntityPredicate<B>): ReadonlySet<number> {
    this.#rulesByPredicate ??= this.#findRulesByPredicate()
    return this.#rulesByPredicate.get(entityPredicate.id) ?? NO_RULES
  }

  /**
   * Makes the design for a group if there is none. True: there may be new facets, so that profiles taken before would not say
   * all that will be asked of them.
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

  /** The policy as it looks in the rows of one group. */
  rulesForGroup(group: number): SpecializedRules<B> {
    return (
      (this.#groupDependentAttributes.length > 0 ? this.#specializations.get(this.#groupKindOf(group)) : undefined) ??
      this.general
    )
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

  #specialize(dependenceOf: DependenceOf): SpecializedRules<B> {
    const { graph, policy, disabledOptimizations } = this
    const lowering = new ConditionLowering(graph, this.#leaves, dependenceOf, !disabledOptimizations.has('merged-criteria'))
    const filters = policy.filters.filter(({ enabled }) => enabled).map(({ condition }) => lowering.nodeOf(condition))
    const filter = graph.any(filters)
    const nodes = policy.rules.map(rule =>
      ruleNode(this.#adapter.recordTypes.length > 0 ? rule : { ...rule, prefilter: [] }, graph, lowering),
    )
    const rewrite = this.#entityPredicates.rewriter(oncePerEpoch([filter, ...nodes], this.epoch))
    const candidates = nodes.map((node, index) => ({ index, node: rewrite(node) }))
    return { filter: rewrite(filter), candidates: candidates.filter(({ node }) => node !== FALSE_NODE) }
  }
}

/** Bits of all that can decide a facet. */
const ANY_DECIDER = -1
const NO_RULES: ReadonlySet<number> = new Set()

function ruleNode<B extends Batch>(rule: Rule, graph: PredicateGraph<B>, lowering: ConditionLowering<B>): PredicateNode<B> {
  return rule.enabled ? graph.all([prefilterNode(rule, lowering), lowering.nodeOf(rule.condition)]) : FALSE_NODE
}

/** A prefilter is one more condition, on the record's type. */
function prefilterNode<B extends Batch>(rule: Rule, lowering: ConditionLowering<B>): PredicateNode<B> {
  if (rule.prefilter.length === 0) return TRUE_NODE
  const criterion: Criterion = {
    operator: 'in',
    left: { kind: 'attribute', attribute: RECORD_TYPE_ATTRIBUTE, path: '' },
    right: rule.prefilter.map(text => ({ kind: 'literal', text })),
  }
  return lowering.nodeOf({ kind: 'criterion', criterion })
}

/** Every source that knows record types gives them under this name. */
const RECORD_TYPE_ATTRIBUTE = 'sf.type'

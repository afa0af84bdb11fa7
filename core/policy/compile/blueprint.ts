// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Without } from '../../contract/optimisation.js'
import type { Attribute, Source } from '../../contract/source.js'
import type { Criterion, Policy, Rule } from '../policy.js'
import { Circuit, FALSE, type Leaf, type Node, TRUE } from './circuit/circuit.js'
import { Deciders, type DependenceOf, dependenceWithin, generalDependence } from './circuit/dependences.js'
import { type Facet, Facets, facetsIn } from './circuit/facets.js'
import { Leaves } from './circuit/leaves.js'
import { Truth } from './circuit/truth.js'
import { type Look, oncePerLook } from './criteria/once.js'
import { Views } from './criteria/view.js'

/** A rule that may still match, and what is left of its condition. */
export interface Candidate<B extends Batch> {
  /** Place of the rule in the policy. */
  readonly place: number
  readonly node: Node<B>
}

/** A whole policy, as it looks in some groups: its leaves are facets and tests of single rows. */
export interface Design<B extends Batch> {
  /** Drops a row where it holds. */
  readonly filter: Node<B>
  /** The rules that can match at all. */
  readonly candidates: readonly Candidate<B>[]
}

/** More kinds of groups than this are judged by the general design, which is right for all of them, if slower. */
const MOST_DESIGNS = 64

/** All that is worked out before records come, and once for each kind of groups that turns up. */
export class Blueprint<B extends Batch> {
  readonly policy: Policy
  readonly without: Without
  readonly circuit = new Circuit<B>()
  readonly deciders: Deciders
  readonly look: Look = { number: 0 }
  /** Right for the rows of all groups. */
  readonly general: Design<B>
  readonly #source: Source<B>
  readonly #leaves: Leaves<B>
  readonly #facets: Facets<B>
  /** Those that may depend on less within a group. */
  readonly #attributes: readonly Attribute<B>[]
  /** By facet; found when they are first asked for. */
  #askers: ReadonlyMap<number, ReadonlySet<number>> | undefined
  readonly #designs = new Map<string, Design<B>>()

  constructor(policy: Policy, source: Source<B>, without: Without) {
    this.policy = policy
    this.without = without
    this.#source = source
    this.deciders = new Deciders(source.lanes.length)
    this.#leaves = new Leaves(this.circuit, source, new Views(source, this.look))
    this.#facets = new Facets(this.circuit)
    this.general = this.#design(generalDependence(source, this.deciders))
    const isArranged = !without.has('group-designs')
    this.#attributes = isArranged ? this.#leaves.attributes.filter(({ within }) => within !== undefined) : []
  }

  /** All that one decider may have to be asked in any state. */
  facetsOf(bit: number): readonly Facet<B>[] {
    return this.#facets.of(bit)
  }

  /** The place of a facet in {@link facetsOf}. */
  placeOf(facet: Leaf<B>): number {
    return this.#facets.placeOf(facet)
  }

  /** Places of the rules that ask a facet in any kind of groups. */
  rulesAsking(facet: Facet<B>): ReadonlySet<number> {
    this.#askers ??= this.#findAskers()
    return this.#askers.get(facet.id) ?? NOBODY
  }

  /**
   * Makes the design for a group if there is none. True: there may be new facets, so that profiles taken before would not say
   * all that will be asked of them.
   */
  prepare(group: number): boolean {
    if (this.#attributes.length === 0) return false
    const kind = this.#kindOf(group)
    if (this.#designs.has(kind) || this.#designs.size >= MOST_DESIGNS) return false
    this.#askers = undefined
    this.#designs.set(kind, this.#design(dependenceWithin(group, this.#attributes, this.#source, this.deciders)))
    return true
  }

  /** The policy as it looks in the rows of one group. */
  designFor(group: number): Design<B> {
    return (this.#attributes.length > 0 ? this.#designs.get(this.#kindOf(group)) : undefined) ?? this.general
  }

  #findAskers(): ReadonlyMap<number, ReadonlySet<number>> {
    const askers = new Map<number, Set<number>>()
    for (const { candidates } of [this.general, ...this.#designs.values()]) {
      for (const { place, node } of candidates) {
        for (const { id } of facetsIn([node], ANYTHING)) {
          const known = askers.get(id)
          if (known) known.add(place)
          else askers.set(id, new Set([place]))
        }
      }
    }
    return askers
  }

  #kindOf(group: number): string {
    return this.#attributes.map(({ within }) => within?.(group)).join()
  }

  #design(dependenceOf: DependenceOf): Design<B> {
    const { circuit, policy, without } = this
    const truth = new Truth(circuit, this.#leaves, dependenceOf, !without.has('merged-criteria'))
    const filters = policy.filters.filter(({ enabled }) => enabled).map(({ condition }) => truth.nodeOf(condition))
    const filter = circuit.any(filters)
    const nodes = policy.rules.map(rule =>
      ruleNode(this.#source.recordTypes.length > 0 ? rule : { ...rule, prefilter: [] }, circuit, truth),
    )
    const rewrite = this.#facets.rewriting(oncePerLook([filter, ...nodes], this.look))
    const candidates = nodes.map((node, place) => ({ place, node: rewrite(node) }))
    return { filter: rewrite(filter), candidates: candidates.filter(({ node }) => node !== FALSE) }
  }
}

/** Bits of all that can decide a facet. */
const ANYTHING = -1
const NOBODY: ReadonlySet<number> = new Set()

function ruleNode<B extends Batch>(rule: Rule, circuit: Circuit<B>, truth: Truth<B>): Node<B> {
  return rule.enabled ? circuit.all([prefilter(rule, truth), truth.nodeOf(rule.condition)]) : FALSE
}

/** A prefilter is one more condition, on the record's type. */
function prefilter<B extends Batch>(rule: Rule, truth: Truth<B>): Node<B> {
  if (rule.prefilter.length === 0) return TRUE
  const criterion: Criterion = {
    operator: 'in',
    left: { kind: 'attribute', attribute: RECORD_TYPE, path: '' },
    right: rule.prefilter.map(text => ({ kind: 'literal', text })),
  }
  return truth.nodeOf({ kind: 'criterion', criterion })
}

/** Every source that knows record types gives them under this name. */
const RECORD_TYPE = 'sf.type'

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { CandidateRule } from './compiled-rules.js'
import type { CostMeter } from './cost-meter.js'
import { entityPredicatesIn, Substitution } from './graph/entity-predicates.js'
import {
  FALSE_NODE,
  type LeafNode,
  type NonConstantNode,
  type PredicateGraph,
  type PredicateNode,
} from './graph/predicate-graph.js'
import type { EntityPredicateIndex } from './literals/entity-predicate-index.js'
import type { MatchCombination } from './match-combination.js'

/** The remainder of a filter and of rules. */
export interface Remainder<B extends Batch> {
  readonly filter: PredicateNode<B>
  readonly candidates: readonly CandidateRule<B>[]
}

/**
 * The transitions from a state, by the answers of its decider's entity predicates. Most entities give most entity predicates
 * their usual answer, so the remainder for the usual answers is computed once. For each transition, only the rules with an
 * unusual answer are processed.
 */
export class Transition<B extends Batch> {
  readonly #graph: PredicateGraph<B>
  readonly #decider: number
  readonly #predicateIndex: EntityPredicateIndex<B>
  readonly #positionOf: (entityPredicate: LeafNode<B>) => number
  readonly #filter: PredicateNode<B>
  readonly #candidates: readonly CandidateRule<B>[]
  /** By index of the entity predicate: the candidates that contain it, ascending, with {@link FILTER} for the filter. */
  readonly #affectedCandidates = new Map<number, number[]>()
  /** The remainder of each candidate, and of the filter, if all answers are usual. */
  readonly #usualNodes: readonly PredicateNode<B>[]
  readonly #usualFilter: PredicateNode<B>
  /** The candidates that may match with the usual answers, ascending. */
  readonly #openCandidates: readonly number[]

  constructor(
    state: Remainder<B> & { readonly decider: number },
    predicateIndex: EntityPredicateIndex<B>,
    positionOf: (entityPredicate: LeafNode<B>) => number,
    graph: PredicateGraph<B>,
  ) {
    this.#graph = graph
    this.#decider = state.decider
    this.#predicateIndex = predicateIndex
    this.#positionOf = positionOf
    this.#filter = state.filter
    this.#candidates = state.candidates
    this.#recordAffected(FILTER, state.filter)
    for (const [at, { node }] of state.candidates.entries()) this.#recordAffected(at, node)
    const usual = new Substitution(graph, state.decider, entityPredicate => predicateIndex.isUsual(positionOf(entityPredicate)))
    this.#usualNodes = state.candidates.map(({ node }) => usual.apply(node))
    this.#usualFilter = usual.apply(state.filter)
    this.#openCandidates = [...this.#usualNodes.keys()].filter(at => this.#usualNodes[at] !== FALSE_NODE)
  }

  get size(): number {
    return this.#candidates.length + 4 * this.#affectedCandidates.size + this.#openCandidates.length
  }

  /** The unusual answers that matter for any candidate or for the filter. */
  relevant(unusual: Int32Array, length: number): readonly number[] {
    const relevant: number[] = []
    for (let at = 0; at < length; at++) if (this.#affectedCandidates.has(unusual[at]!)) relevant.push(unusual[at]!)
    return relevant
  }

  /** The remainder if these answers are unusual and all others usual. */
  remainder(relevant: readonly number[]): Remainder<B> {
    const affected = this.#affectedBy(relevant)
    const answers = new Substitution(this.#graph, this.#decider, entityPredicate => this.#answer(entityPredicate, relevant))
    const candidates: CandidateRule<B>[] = []
    for (const at of this.#possibleCandidates(affected)) {
      const { index, node } = this.#candidates[at]!
      const rest = affected.has(at) ? answers.apply(node) : this.#usualNodes[at]!
      if (rest !== FALSE_NODE) candidates.push({ index, node: rest })
    }
    return { filter: affected.has(FILTER) ? answers.apply(this.#filter) : this.#usualFilter, candidates }
  }

  /** Evaluates one row without creating a state. Null: a filter drops the row. */
  evaluate(relevant: readonly number[], batch: B, row: number, none: MatchCombination): MatchCombination | null {
    const affected = this.#affectedBy(relevant)
    if (this.#holds(this.#filter, relevant, batch, row)) return null
    let combination = none
    for (const at of this.#possibleCandidates(affected)) {
      const { index, node } = this.#candidates[at]!
      if (this.#holds(node, relevant, batch, row)) combination = combination.with(index)
    }
    return combination
  }

  /** Measures the tests that {@link evaluate} needs. */
  measure(meter: CostMeter, relevant: readonly number[], batch: B, row: number): void {
    for (const at of this.#possibleCandidates(this.#affectedBy(relevant))) {
      const { index, node } = this.#candidates[at]!
      meter.measure((sampledBatch, sampledRow) => this.#holds(node, relevant, sampledBatch, sampledRow), batch, row, [index])
    }
  }

  #holds(node: PredicateNode<B>, relevant: readonly number[], batch: B, row: number): boolean {
    if (node.kind === 'constant') return node.value
    if ((node.dependence & this.#decider) === 0) return this.#graph.test(node)(batch, row)
    if (node.kind === 'leaf') return this.#answer(node, relevant)
    const deciding = node.kind === 'any'
    // Terms with a known answer come first.
    for (const term of node.terms)
      if (this.#isKnown(term) && this.#holds(term, relevant, batch, row) === deciding) return deciding
    for (const term of node.terms)
      if (!this.#isKnown(term) && this.#holds(term, relevant, batch, row) === deciding) return deciding
    return !deciding
  }

  #isKnown(term: NonConstantNode<B>): boolean {
    return term.kind === 'leaf' && (term.dependence & this.#decider) !== 0
  }

  #answer(entityPredicate: LeafNode<B>, relevant: readonly number[]): boolean {
    const index = this.#positionOf(entityPredicate)
    return this.#predicateIndex.isUsual(index) !== relevant.includes(index)
  }

  /**
   * The candidates that may match, ascending: those that may match with the usual answers, and those that an unusual answer
   * enables.
   */
  #possibleCandidates(affected: ReadonlySet<number>): readonly number[] {
    if (affected.size === 0) return this.#openCandidates
    const added = [...affected].filter(at => at !== FILTER && this.#usualNodes[at] === FALSE_NODE)
    return added.length === 0 ? this.#openCandidates : [...this.#openCandidates, ...added].sort((a, b) => a - b)
  }

  #affectedBy(relevant: readonly number[]): ReadonlySet<number> {
    if (relevant.length === 0) return NO_CANDIDATES
    const affected = new Set<number>()
    for (const index of relevant) for (const at of this.#affectedCandidates.get(index) ?? []) affected.add(at)
    return affected
  }

  #recordAffected(at: number, node: PredicateNode<B>): void {
    for (const entityPredicate of entityPredicatesIn([node], this.#decider)) {
      const index = this.#positionOf(entityPredicate)
      const known = this.#affectedCandidates.get(index)
      if (known) known.push(at)
      else this.#affectedCandidates.set(index, [at])
    }
  }
}

const FILTER = -1
const NO_CANDIDATES: ReadonlySet<number> = new Set()

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Candidate } from './blueprint.js'
import { type Circuit, FALSE, type Leaf, type Node, type Part } from './circuit/circuit.js'
import { facetsIn, Substitution } from './circuit/facets.js'
import type { CostMeter } from './cost-meter.js'
import type { FacetIndex } from './literals/facet-index.js'
import type { Match } from './match.js'
import type { State } from './state.js'

/** What is left of a filter and of rules. */
export interface Left<B extends Batch> {
  readonly filter: Node<B>
  readonly candidates: readonly Candidate<B>[]
}

/**
 * Where the ways out of a state part, by the answers of its decider's facets. Most entities give most facets their usual
 * answer, so what is left then is worked out once, and for each way only the rules with an unusual answer are looked at.
 */
export class Fork<B extends Batch> {
  readonly #circuit: Circuit<B>
  readonly #decider: number
  readonly #index: FacetIndex<B>
  readonly #placeOf: (facet: Leaf<B>) => number
  readonly #filter: Node<B>
  readonly #candidates: readonly Candidate<B>[]
  /** By place of the facet: the candidates that it occurs in, ascending, with {@link FILTER} for the filter. */
  readonly #touched = new Map<number, number[]>()
  /** Beside each candidate, and for the filter, what is left of it if all answers are the usual ones. */
  readonly #usual: readonly Node<B>[]
  readonly #usualFilter: Node<B>
  /** The candidates that may match with the usual answers, ascending. */
  readonly #open: readonly number[]

  constructor(state: State<B>, index: FacetIndex<B>, placeOf: (facet: Leaf<B>) => number, circuit: Circuit<B>) {
    this.#circuit = circuit
    this.#decider = state.decider
    this.#index = index
    this.#placeOf = placeOf
    this.#filter = state.filter
    this.#candidates = state.candidates
    this.#touch(FILTER, state.filter)
    for (const [at, { node }] of state.candidates.entries()) this.#touch(at, node)
    const usual = new Substitution(circuit, state.decider, facet => index.isUsual(placeOf(facet)))
    this.#usual = state.candidates.map(({ node }) => usual.in(node))
    this.#usualFilter = usual.in(state.filter)
    this.#open = [...this.#usual.keys()].filter(at => this.#usual[at] !== FALSE)
  }

  get size(): number {
    return this.#candidates.length + 4 * this.#touched.size + this.#open.length
  }

  /** Those of the unusual answers that any candidate or the filter asks for. */
  relevant(unusual: Int32Array, length: number): readonly number[] {
    const relevant: number[] = []
    for (let at = 0; at < length; at++) if (this.#touched.has(unusual[at]!)) relevant.push(unusual[at]!)
    return relevant
  }

  /** What is left if these answers are unusual and all others usual. */
  left(relevant: readonly number[]): Left<B> {
    const touched = this.#touchedBy(relevant)
    const answers = new Substitution(this.#circuit, this.#decider, facet => this.#answer(facet, relevant))
    const candidates: Candidate<B>[] = []
    for (const at of this.#worthALook(touched)) {
      const { place, node } = this.#candidates[at]!
      const rest = touched.has(at) ? answers.in(node) : this.#usual[at]!
      if (rest !== FALSE) candidates.push({ place, node: rest })
    }
    return { filter: touched.has(FILTER) ? answers.in(this.#filter) : this.#usualFilter, candidates }
  }

  /** The same without making anything that would be kept: what one row matches, null if a filter drops it. */
  judge(relevant: readonly number[], batch: B, row: number, none: Match): Match | null {
    const touched = this.#touchedBy(relevant)
    if (this.#holds(this.#filter, relevant, batch, row)) return null
    let match = none
    for (const at of this.#worthALook(touched)) {
      const { place, node } = this.#candidates[at]!
      if (this.#holds(node, relevant, batch, row)) match = match.and(place)
    }
    return match
  }

  /** Measures the tests that {@link judge} needs. */
  measure(meter: CostMeter, relevant: readonly number[], batch: B, row: number): void {
    for (const at of this.#worthALook(this.#touchedBy(relevant))) {
      const { place, node } = this.#candidates[at]!
      meter.measure((rows, of) => this.#holds(node, relevant, rows, of), batch, row, [place])
    }
  }

  #holds(node: Node<B>, relevant: readonly number[], batch: B, row: number): boolean {
    if (node.kind === 'constant') return node.value
    if ((node.dependence & this.#decider) === 0) return this.#circuit.test(node)(batch, row)
    if (node.kind === 'leaf') return this.#answer(node, relevant)
    const deciding = node.kind === 'any'
    // What is known already comes first.
    for (const term of node.terms)
      if (this.#isKnown(term) && this.#holds(term, relevant, batch, row) === deciding) return deciding
    for (const term of node.terms)
      if (!this.#isKnown(term) && this.#holds(term, relevant, batch, row) === deciding) return deciding
    return !deciding
  }

  #isKnown(term: Part<B>): boolean {
    return term.kind === 'leaf' && (term.dependence & this.#decider) !== 0
  }

  #answer(facet: Leaf<B>, relevant: readonly number[]): boolean {
    const place = this.#placeOf(facet)
    return this.#index.isUsual(place) !== relevant.includes(place)
  }

  /** The candidates that may match, ascending: those that are open as usual, and those that an unusual answer may open. */
  #worthALook(touched: ReadonlySet<number>): readonly number[] {
    if (touched.size === 0) return this.#open
    const added = [...touched].filter(at => at !== FILTER && this.#usual[at] === FALSE)
    return added.length === 0 ? this.#open : [...this.#open, ...added].sort((a, b) => a - b)
  }

  #touchedBy(relevant: readonly number[]): ReadonlySet<number> {
    if (relevant.length === 0) return NOTHING
    const touched = new Set<number>()
    for (const place of relevant) for (const at of this.#touched.get(place) ?? []) touched.add(at)
    return touched
  }

  #touch(at: number, node: Node<B>): void {
    for (const facet of facetsIn([node], this.#decider)) {
      const place = this.#placeOf(facet)
      const known = this.#touched.get(place)
      if (known) known.push(at)
      else this.#touched.set(place, [at])
    }
  }
}

const FILTER = -1
const NOTHING: ReadonlySet<number> = new Set()

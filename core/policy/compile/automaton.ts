// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import { Admission } from './admission.js'
import type { Blueprint, Design } from './blueprint.js'
import { GROUP } from './circuit/dependences.js'
import type { CostMeter } from './cost-meter.js'
import { Fork, type Left } from './fork.js'
import { FacetIndex } from './literals/facet-index.js'
import type { Marks } from './literals/marks.js'
import { type Match, Matches } from './match.js'
import { Profiles } from './profiles.js'
import { State } from './state.js'

/**
 * The states of a policy, made as rows ask for them. The way of a row: its group leads to a state, there the profile of its
 * entity in the first lane that matters leads to the next, and so on until only tests of the row itself are left.
 *
 * An entity's profile is the number of one combination of answers to all facets of its lane; entities are many, profiles few.
 * Where they are not, because input makes up ever new combinations, those are judged without making states for them.
 */
export class Automaton<B extends Batch> {
  /** Stands for this automaton in notes on entities. */
  readonly era = {}
  readonly #blueprint: Blueprint<B>
  readonly #matches: Matches
  readonly #admission: Admission
  readonly #starts = new Map<Design<B>, State<B>>()
  readonly #states = new Map<string, State<B>>()
  readonly #groups = new Map<number, State<B>>()
  /** By position of the decider's bit, as the next. */
  readonly #profiles: Profiles[] = []
  readonly #indexes: FacetIndex<B>[] = []
  /** What the last entity without a profile answered. */
  #answered: Marks | null = null
  /** Sizes from which on it is full, of its own part and of the circuit that it adds to. */
  readonly #largest: number
  readonly #circuitBefore: number
  #size = 0
  /** Takes more memory than it may: it has to make place for a new one. */
  isFull = false
  /** Set while a row is judged in which costs are measured. */
  meter: CostMeter | null = null

  /** `largest`: in units of some 20 bytes. `forgotten`: how many automata have been full before. */
  constructor(blueprint: Blueprint<B>, largest: number, forgotten: number) {
    this.#blueprint = blueprint
    this.#matches = new Matches(blueprint.policy.rules, largest)
    this.#admission = new Admission(forgotten)
    this.#largest = largest
    this.#circuitBefore = blueprint.circuit.size
  }

  /** Hostile input could make ever new states; finds out whether there are too many. */
  weigh(): void {
    const added = this.#blueprint.circuit.size - this.#circuitBefore
    this.isFull = this.#size + added > this.#largest
    this.#matches.weigh()
  }

  get noMatch(): Match {
    return this.#matches.none
  }

  /** `row` stands for all rows of its group. */
  ofGroup(group: number, batch: B, row: number): State<B> {
    const known = this.#groups.get(group)
    if (known) return known
    const start = this.#start(this.#blueprint.designFor(group))
    const state = start.decider === GROUP ? this.#afterGroup(start, batch, row) : start
    this.#groups.set(group, state)
    this.#size += UNITS_PER_ENTRY
    this.weigh()
    return state
  }

  /** The profile of the entity that decides next, -1 if it has none; `row` stands for all rows that refer to it. */
  profile(state: State<B>, batch: B, row: number): number {
    this.#blueprint.look.number++
    const profiles = this.#profilesFor(state)
    const before = profiles.size
    this.#answered = this.#indexFor(state).unusual(batch, row)
    if (this.meter) this.#measureFacets(this.meter, state, batch, row)
    const profile = profiles.of(this.#answered)
    this.#size += profiles.size - before
    return profile
  }

  /** Where an entity of this profile leads to. */
  step(state: State<B>, profile: number): State<B> {
    const { next } = state
    const unusual = this.#profilesFor(state).unusualIn(profile)
    const found = this.#follow(state, unusual, unusual.length)
    // Without holes the array stays a fast one.
    for (; next.length <= profile; this.#size++) next.push(undefined)
    next[profile] = found
    this.weigh()
    return found
  }

  /** What a row matches of whose entity {@link profile} has just said that it has none; null: a filter drops it. */
  judge(state: State<B>, batch: B, row: number): Match | null {
    const fork = this.#forkOf(state)
    const relevant = this.#answered ? fork.relevant(this.#answered.list, this.#answered.length) : []
    if (this.meter) fork.measure(this.meter, relevant, batch, row)
    return fork.judge(relevant, batch, row, this.#matches.none)
  }

  /** Of a state without decider. */
  measureTests({ tests, candidates }: State<B>, batch: B, row: number): void {
    for (const [at, test] of tests.entries()) if (test) this.meter?.measure(test, batch, row, [candidates[at]!.place])
  }

  #measureFacets(meter: CostMeter, state: State<B>, batch: B, row: number): void {
    for (const place of this.#indexFor(state).asked()) {
      const facet = this.#blueprint.facetsOf(state.decider)[place]!
      meter.measure(facet.test, batch, row, this.#blueprint.rulesAsking(facet))
    }
  }

  #afterGroup(start: State<B>, batch: B, row: number): State<B> {
    this.#blueprint.look.number++
    const { list, length } = this.#indexFor(start).unusual(batch, row)
    return this.#follow(start, list, length)
  }

  #profilesFor({ position }: State<B>): Profiles {
    const known = this.#profiles[position]
    if (known) return known
    const made = new Profiles(this.#admission)
    this.#profiles[position] = made
    return made
  }

  #indexFor({ position, decider }: State<B>): FacetIndex<B> {
    const known = this.#indexes[position]
    if (known) return known
    const { without } = this.#blueprint
    const made = new FacetIndex(this.#blueprint.facetsOf(decider), !without.has('literal-index'))
    this.#indexes[position] = made
    return made
  }

  #forkOf(state: State<B>): Fork<B> {
    if (state.fork) return state.fork
    const blueprint = this.#blueprint
    state.fork = new Fork(state, this.#indexFor(state), facet => blueprint.placeOf(facet), blueprint.circuit)
    this.#size += state.fork.size
    return state.fork
  }

  #follow(state: State<B>, unusual: Int32Array, length: number): State<B> {
    const fork = this.#forkOf(state)
    const relevant = fork.relevant(unusual, length)
    const key = relevant.join()
    const known = state.byAnswers.get(key)
    if (known) return known
    const found = this.#state(fork.left(relevant))
    state.byAnswers.set(key, found)
    this.#size += UNITS_PER_ENTRY + (key.length >> 3)
    return found
  }

  #start(design: Design<B>): State<B> {
    const known = this.#starts.get(design)
    if (known) return known
    const state = new State(design, this.#blueprint.circuit, this.#matches.none)
    this.#starts.set(design, state)
    return state
  }

  /** The one state in which just this is left. */
  #state(left: Left<B>): State<B> {
    const { filter, candidates } = left
    const key = `${filter.id}:${candidates.map(({ place, node }) => `${place}=${node.id}`).join()}`
    const known = this.#states.get(key)
    if (known) return known
    const state = new State(left, this.#blueprint.circuit, this.#matches.none)
    this.#states.set(key, state)
    this.#size += UNITS_PER_STATE + 5 * candidates.length
    return state
  }
}

const UNITS_PER_ENTRY = 8
const UNITS_PER_STATE = 40

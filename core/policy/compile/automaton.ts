// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Blueprint, Candidate, Design } from './blueprint.js'
import { FALSE, type Leaf, type Node } from './circuit/circuit.js'
import { GROUP } from './circuit/dependences.js'
import { Substitution } from './circuit/facets.js'
import { Matches } from './match.js'
import { Profiles } from './profiles.js'
import { State } from './state.js'

/**
 * The states of a policy, made as rows ask for them. The way of a row: its group leads to a state, there the profile of its
 * entity in the first lane that matters leads to the next, and so on until only tests of the row itself are left.
 *
 * An entity's profile is the number of one combination of answers to all facets of its lane; entities are many, profiles few.
 */
export class Automaton<B extends Batch> {
  /** Stands for this automaton in notes on entities. */
  readonly era = {}
  readonly #blueprint: Blueprint<B>
  readonly #matches: Matches
  readonly #starts = new Map<Design<B>, State<B>>()
  readonly #states = new Map<string, State<B>>()
  readonly #groups = new Map<number, State<B>>()
  /** By position of the decider's bit. */
  readonly #profiles: Profiles<B>[] = []
  /** Sizes from which on it is full, of its own part and of the circuit that it adds to. */
  readonly #largest: number
  readonly #circuitBefore: number
  #size = 0
  /** Takes more memory than it may: it has to make place for a new one. */
  isFull = false

  /** `largest`: in units of some 20 bytes. */
  constructor(blueprint: Blueprint<B>, largest: number) {
    this.#blueprint = blueprint
    this.#matches = new Matches(blueprint.policy.rules)
    this.#largest = largest
    this.#circuitBefore = blueprint.circuit.size
  }

  /** Hostile input could make ever new states; finds out whether there are too many. */
  weigh(): void {
    const added = this.#blueprint.circuit.size - this.#circuitBefore
    this.isFull = this.#size + added + this.#matches.size > this.#largest
  }

  get noMatch(): Matches['none'] {
    return this.#matches.none
  }

  /** `row` stands for all rows of its group. */
  ofGroup(group: number, batch: B, row: number): State<B> {
    const known = this.#groups.get(group)
    if (known) return known
    const start = this.#start(this.#blueprint.designFor(group))
    this.#blueprint.look.number++
    const state = start.decider === GROUP ? this.#follow(start, facet => facet.test(batch, row)) : start
    this.#groups.set(group, state)
    this.#size += UNITS_PER_ENTRY
    this.weigh()
    return state
  }

  /** The profile of the entity that decides next; `row` stands for all rows that refer to it. */
  profile(state: State<B>, batch: B, row: number): number {
    this.#blueprint.look.number++
    const profiles = this.#profilesFor(state)
    const before = profiles.size
    const profile = profiles.of(batch, row)
    this.#size += profiles.size - before
    return profile
  }

  /** Where an entity of this profile leads to. */
  step(state: State<B>, profile: number): State<B> {
    const { next } = state
    const profiles = this.#profilesFor(state)
    const found = this.#follow(state, facet => profiles.answer(profile, this.#blueprint.placeOf(facet)))
    // Without holes the array stays a fast one.
    for (; next.length <= profile; this.#size++) next.push(undefined)
    next[profile] = found
    this.weigh()
    return found
  }

  #profilesFor({ position, decider }: State<B>): Profiles<B> {
    const known = this.#profiles[position]
    if (known) return known
    const made = new Profiles(this.#blueprint.facetsOf(decider))
    this.#profiles[position] = made
    return made
  }

  #follow(state: State<B>, answer: (facet: Leaf<B>) => boolean): State<B> {
    const answers = new Map<Leaf<B>, boolean>()
    let signature = ''
    for (const facet of state.facets) {
      const value = answer(facet)
      answers.set(facet, value)
      signature += value ? '1' : '0'
    }
    const known = state.bySignature.get(signature)
    if (known) return known
    const left = new Substitution(this.#blueprint.circuit, state.decider, facet => answers.get(facet) ?? false)
    const candidates: Candidate<B>[] = []
    for (const { place, node } of state.candidates) {
      const rest = left.in(node)
      if (rest !== FALSE) candidates.push({ place, node: rest })
    }
    const found = this.#state(left.in(state.filter), candidates)
    state.bySignature.set(signature, found)
    this.#size += UNITS_PER_ENTRY + (signature.length >> 3)
    return found
  }

  #start(design: Design<B>): State<B> {
    const known = this.#starts.get(design)
    if (known) return known
    const state = new State(design.filter, design.candidates, this.#blueprint.circuit, this.#matches.none)
    this.#starts.set(design, state)
    return state
  }

  /** The one state in which just this is left. */
  #state(filter: Node<B>, candidates: readonly Candidate<B>[]): State<B> {
    const key = `${filter.id}:${candidates.map(({ place, node }) => `${place}=${node.id}`).join()}`
    const known = this.#states.get(key)
    if (known) return known
    const state = new State(filter, candidates, this.#blueprint.circuit, this.#matches.none)
    this.#states.set(key, state)
    this.#size += UNITS_PER_STATE + 4 * candidates.length + state.facets.length
    return state
  }
}

const UNITS_PER_ENTRY = 8
const UNITS_PER_STATE = 40

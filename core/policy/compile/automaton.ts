// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Blueprint } from './blueprint.js'
import { Circuit, FALSE, type Leaf, type Node } from './circuit.js'
import { GROUP, laneBit } from './dependences.js'
import { Substitution } from './facets.js'
import { Matches } from './match.js'
import { type Candidate, State } from './state.js'

/**
 * The states of a policy, made as rows ask for them. The way of a row: its group leads to a state, there the profile of its
 * entity in the first lane that matters leads to the next, and so on until only tests of the row itself are left.
 *
 * An entity's profile is the number of one combination of answers to all facets of its lane; entities are many, profiles few.
 */
export class Automaton<B extends Batch> {
  readonly #blueprint: Blueprint<B>
  readonly #circuit: Circuit<B>
  readonly #matches: Matches
  readonly #states = new Map<string, State<B>>()
  readonly #start: State<B>
  readonly #groups = new Map<number, State<B>>()
  readonly #profiles: readonly Profiles<B>[]
  readonly #largest: number
  #size = 0
  /** Takes more memory than it may: it has to make place for a new one. */
  isFull = false

  /** `largest`: in units of some 20 bytes. */
  constructor(blueprint: Blueprint<B>, largest: number) {
    this.#blueprint = blueprint
    this.#largest = largest
    this.#circuit = Circuit.growingFrom(blueprint.circuit)
    this.#matches = new Matches(blueprint.rules)
    this.#profiles = Array.from({ length: blueprint.lanes }, (_, lane) => new Profiles(blueprint.facets.of(laneBit(lane))))
    this.#start = this.#state(blueprint.filter, blueprint.candidates)
  }

  /** Hostile input could make ever new states; finds out whether there are too many. */
  weigh(): void {
    this.isFull = this.#size + this.#circuit.size + this.#matches.size > this.#largest
  }

  get noMatch(): Matches['none'] {
    return this.#matches.none
  }

  /** `row` stands for all rows of its group. */
  ofGroup(group: number, batch: B, row: number): State<B> {
    const known = this.#groups.get(group)
    if (known) return known
    this.#blueprint.look.number++
    const state = this.#start.decider === GROUP ? this.#follow(this.#start, facet => facet.test(batch, row)) : this.#start
    this.#groups.set(group, state)
    this.#size += UNITS_PER_ENTRY
    this.weigh()
    return state
  }

  /** The profile of a lane's entity; `row` stands for all rows that refer to it. */
  profile(lane: number, batch: B, row: number): number {
    const profiles = this.#profiles[lane]
    if (!profiles) return 0
    this.#blueprint.look.number++
    const before = profiles.count
    const profile = profiles.of(batch, row)
    if (profiles.count > before) this.#size += UNITS_PER_ENTRY + (profiles.facets.length >> 3)
    return profile
  }

  /** Where an entity of this profile leads to. */
  step(state: State<B>, profile: number): State<B> {
    const { next } = state
    const profiles = this.#profiles[state.lane]
    const { facets } = this.#blueprint
    const found = this.#follow(state, facet => profiles?.answer(profile, facets.placeOf(facet)) ?? false)
    // Without holes the array stays a fast one.
    for (; next.length <= profile; this.#size++) next.push(undefined)
    next[profile] = found
    this.weigh()
    return found
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
    const left = new Substitution(this.#circuit, state.decider, facet => answers.get(facet) ?? false)
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

  /** The one state in which just this is left. */
  #state(filter: Node<B>, candidates: readonly Candidate<B>[]): State<B> {
    const key = `${filter.id}:${candidates.map(({ place, node }) => `${place}=${node.id}`).join()}`
    const known = this.#states.get(key)
    if (known) return known
    const state = new State(filter, candidates, this.#blueprint.row, this.#circuit, this.#matches.none)
    this.#states.set(key, state)
    this.#size += UNITS_PER_STATE + 4 * candidates.length + state.facets.length
    return state
  }
}

const UNITS_PER_ENTRY = 8
const UNITS_PER_STATE = 40

/** The combinations of answers that one lane's facets have given. */
class Profiles<B extends Batch> {
  readonly facets: readonly Leaf<B>[]
  readonly #numbers = new Map<string, number>()
  readonly #answers: string[] = []

  constructor(facets: readonly Leaf<B>[]) {
    this.facets = facets
  }

  get count(): number {
    return this.#answers.length
  }

  of(batch: B, row: number): number {
    const answers = this.#ask(batch, row)
    const known = this.#numbers.get(answers)
    if (known !== undefined) return known
    this.#numbers.set(answers, this.#answers.length)
    this.#answers.push(answers)
    return this.#answers.length - 1
  }

  answer(profile: number, place: number): boolean {
    const bits = this.#answers[profile]?.charCodeAt(Math.floor(place / BITS)) ?? 0
    return ((bits >> (place % BITS)) & 1) === 1
  }

  #ask(batch: B, row: number): string {
    let answers = ''
    let bits = 0
    let bit = 0
    for (const { test } of this.facets) {
      if (test(batch, row)) bits |= 1 << bit
      if (++bit < BITS) continue
      answers += String.fromCharCode(bits)
      bits = 0
      bit = 0
    }
    return answers + String.fromCharCode(bits)
  }
}

/** Answers kept in one character of a profile's text. */
const BITS = 16

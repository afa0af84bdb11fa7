// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Entity, Lane, Memo, Source } from '../../contract/source.js'
import type { Policy, Rule } from '../policy.js'
import { Automaton } from './automaton.js'
import { type Blueprint, blueprintOf } from './blueprint.js'
import type { Docket } from './docket.js'
import type { Match } from './match.js'
import { RecentGroups } from './recent-groups.js'
import type { State } from './state.js'

/**
 * Makes a policy ready to judge the records of a source. `seats` are what the plan's notes on entities are filed under, one
 * for each lane; a plan that takes the place of another is given the same seats and overwrites the other's notes, so that
 * reloads leave nothing behind on entities that live long.
 */
export function plan<B extends Batch>(policy: Policy, source: Source<B>, seats: readonly Seat[] = seatsFor(source)): Plan<B> {
  return new Plan(policy, source, seats, blueprintOf(policy, source))
}

/** Stands for one lane of one engine. */
export type Seat = object

export const seatsFor = <B extends Batch>(source: Source<B>): readonly Seat[] => source.lanes.map(() => ({}))

/** What a plan remembers of an entity: its profile in one automaton. */
interface Note extends Memo {
  automaton: object
  profile: number
}

/** Memory that states may take before all are forgotten and made anew, in units of some 20 bytes. */
const LARGEST_AUTOMATON = 2_000_000

export class Plan<B extends Batch> {
  readonly policy: Policy
  /** Times that each rule has matched, in the order of the policy. */
  readonly matched: readonly number[]
  /** Rules that can never match, because they are switched off or need what the source does not have. */
  readonly inactive: readonly Rule[]
  readonly #source: Source<B>
  readonly #lanes: readonly Lane<B>[]
  readonly #seats: readonly Seat[]
  readonly #blueprint: Blueprint<B>
  readonly #counts: number[]
  readonly #largest: number
  #automaton: Automaton<B>
  #recentGroups = new RecentGroups<B>()

  constructor(policy: Policy, source: Source<B>, seats: readonly Seat[], blueprint: Blueprint<B>, largest = LARGEST_AUTOMATON) {
    this.policy = policy
    this.#source = source
    this.#lanes = source.lanes
    this.#seats = seats
    this.#blueprint = blueprint
    this.#largest = largest
    this.#counts = policy.rules.map(() => 0)
    this.matched = this.#counts
    const active = new Set(blueprint.candidates.map(({ place }) => place))
    this.inactive = policy.rules.filter((_, place) => !active.has(place))
    this.#automaton = new Automaton(blueprint, largest)
  }

  /** Enters what is said of each row into `docket`: all rows that are not dropped, or only those that match a rule. */
  judge(batch: B, everything: boolean, docket: Docket): void {
    docket.begin(batch.length)
    for (let row = 0; row < batch.length; row++) {
      if (this.#automaton.isFull) this.#forget()
      const state = this.#stateOf(batch, row)
      if (state.isDropped) {
        docket.dropped++
        continue
      }
      const match = state.match ?? this.#try(state, batch, row)
      if (match === null) {
        docket.dropped++
        continue
      }
      const { verdict } = match
      if (verdict !== null) this.#count(match)
      else if (!everything) continue
      docket.enter(row, verdict)
    }
    this.#automaton.weigh()
  }

  #stateOf(batch: B, row: number): State<B> {
    const group = this.#source.group(batch, row)
    let state = this.#recentGroups.find(group)
    if (state === undefined) {
      state = this.#automaton.ofGroup(group, batch, row)
      this.#recentGroups.keep(group, state)
    }
    while (state.lane >= 0) {
      const profile = this.#profileOf(state.lane, batch, row)
      state = state.next[profile] ?? this.#automaton.step(state, profile)
    }
    return state
  }

  #profileOf(lane: number, batch: B, row: number): number {
    const entity = this.#lanes[lane]!.entity(batch, row)
    const seat = this.#seats[lane]
    let memo = entity.memo
    while (memo !== null && memo.owner !== seat) memo = memo.next
    const note = memo as Note | null
    if (note !== null && note.automaton === this.#automaton) return note.profile
    return this.#noteOn(entity, note, lane, batch, row)
  }

  #noteOn(entity: Entity, note: Note | null, lane: number, batch: B, row: number): number {
    const profile = this.#automaton.profile(lane, batch, row)
    if (note !== null) {
      note.automaton = this.#automaton
      note.profile = profile
    } else {
      const made: Note = { owner: this.#seats[lane]!, next: entity.memo, automaton: this.#automaton, profile }
      entity.memo = made
    }
    return profile
  }

  /** Null: a filter drops the row. */
  #try(state: State<B>, batch: B, row: number): Match | null {
    this.#blueprint.look.number++
    if (state.filterTest?.(batch, row)) return null
    const { tests, candidates } = state
    let match = this.#automaton.noMatch
    for (let at = 0; at < tests.length; at++) {
      const test = tests[at]!
      if (test === null || test(batch, row)) match = match.and(candidates[at]!.place)
    }
    return match
  }

  #count(match: Match): void {
    for (const place of match.places) this.#counts[place]!++
  }

  /** Notes on entities name the automaton that they belong to, so they are forgotten with it. */
  #forget(): void {
    this.#automaton = new Automaton(this.#blueprint, this.#largest)
    this.#recentGroups = new RecentGroups()
  }
}

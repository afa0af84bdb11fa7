// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import { WITHOUT_NOTHING, type Without } from '../../contract/optimisation.js'
import type { Entity, Lane, Memo, Source } from '../../contract/source.js'
import type { Policy, Rule } from '../policy.js'
import { Automaton } from './automaton.js'
import { Blueprint } from './blueprint.js'
import { type Clock, CostMeter } from './cost-meter.js'
import type { Docket } from './docket.js'
import type { Match } from './match.js'
import { RecentGroups } from './recent-groups.js'
import { type Seat, seatsFor } from './seats.js'
import type { State } from './state.js'

/**
 * Makes a policy ready to judge the records of a source. `seats` are what the plan's notes on entities are filed under, one
 * for each lane; a plan that takes the place of another is given the same seats and overwrites the other's notes, so that
 * reloads leave nothing behind on entities that live long.
 */
export function plan<B extends Batch>(
  policy: Policy,
  source: Source<B>,
  seats: readonly Seat[] = seatsFor(source),
  without: Without = WITHOUT_NOTHING,
  clock: Clock | null = null,
): Plan<B> {
  return new Plan(policy, source, seats, without, undefined, clock)
}

/** What a plan remembers of an entity. */
interface Note extends Memo {
  /** {@link Automaton.era}; the automaton itself would be kept in memory by entities that outlive it. */
  era: object
  /** Of the decider (see Dependences) that was the first to ask, and what profile the entity has for it. */
  position: number
  profile: number
  /** By position of the other deciders, of which most entities meet none; -1: not known yet. */
  others: number[] | null
}

/** Memory that states may take before all are forgotten and made anew, in units of some 20 bytes. */
const LARGEST_AUTOMATON = 2_000_000
/** Every rule may have to be noted in a good many states. */
const UNITS_PER_RULE = 500

export class Plan<B extends Batch> {
  readonly policy: Policy
  /** Times that each rule has matched, in the order of the policy. */
  readonly matched: readonly number[]
  /** Rules that can never match, because they are switched off or need what the source does not have. */
  readonly inactive: readonly Rule[]
  /** Null: what rules cost is not measured. */
  readonly meter: CostMeter | null
  readonly #source: Source<B>
  readonly #lanes: readonly Lane<B>[]
  readonly #seats: readonly Seat[]
  readonly #counts: number[]
  readonly #largest: number
  readonly #keepsProfiles: boolean
  /** Automata that have been full. */
  #forgotten = 0
  #blueprint: Blueprint<B>
  #automaton: Automaton<B>
  #recentGroups = new RecentGroups<B>()

  /** `largest`: units of memory for states; small ones are for tests. With a `clock`, what rules cost is measured. */
  constructor(
    policy: Policy,
    source: Source<B>,
    seats: readonly Seat[],
    without: Without = WITHOUT_NOTHING,
    largest = LARGEST_AUTOMATON + UNITS_PER_RULE * policy.rules.length,
    clock: Clock | null = null,
  ) {
    this.policy = policy
    this.#source = source
    this.#lanes = source.lanes
    this.#seats = seats
    this.#largest = largest
    this.#counts = policy.rules.map(() => 0)
    this.matched = this.#counts
    this.#keepsProfiles = !without.has('profiles')
    this.#blueprint = new Blueprint(policy, source, without)
    this.#automaton = new Automaton(this.#blueprint, largest, 0)
    this.meter = clock && new CostMeter(policy.rules.length, () => this.#blueprint.look, clock)
    const active = new Set(this.#blueprint.general.candidates.map(({ place }) => place))
    this.inactive = policy.rules.filter((_, place) => !active.has(place))
  }

  /** Enters what is said of each row into `docket`: all rows that are not dropped, or only those that match a rule. */
  judge(batch: B, everything: boolean, docket: Docket): void {
    docket.begin(batch.length)
    let sampled = this.meter?.next ?? -1
    for (let row = 0; row < batch.length; row++) {
      if (this.#automaton.isFull) this.#forget()
      let match: Match | null
      if (row !== sampled) match = this.#matchOf(batch, row)
      else {
        sampled += this.meter?.begin() ?? 0
        match = this.#measuredMatchOf(batch, row)
      }
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
    if (this.meter) this.meter.next = sampled - batch.length
  }

  #measuredMatchOf(batch: B, row: number): Match | null {
    this.#automaton.meter = this.meter
    const match = this.#matchOf(batch, row)
    this.#automaton.meter = null
    return match
  }

  /** Null: a filter drops the row. */
  #matchOf(batch: B, row: number): Match | null {
    const group = this.#source.group(batch, row)
    let state = this.#recentGroups.find(group) ?? this.#enter(group, batch, row)
    while (state.position >= 0) {
      const profile = this.#profileOf(state, batch, row)
      if (profile < 0) return this.#automaton.judge(state, batch, row)
      state = state.next[profile] ?? this.#automaton.step(state, profile)
    }
    return state.isDropped ? null : (state.match ?? this.#try(state, batch, row))
  }

  #enter(group: number, batch: B, row: number): State<B> {
    if (this.#blueprint.prepare(group)) this.#startAgain()
    const state = this.#automaton.ofGroup(group, batch, row)
    this.#recentGroups.keep(group, state)
    return state
  }

  /** -1: it is not worth a profile (see Automaton). */
  #profileOf(state: State<B>, batch: B, row: number): number {
    if (!this.#keepsProfiles) return this.#automaton.profile(state, batch, row)
    const { position } = state
    const lane = this.#blueprint.deciders.laneAt(position)
    const entity = this.#lanes[lane]!.entity(batch, row)
    const seat = this.#seats[lane]
    // What `memoOf` does, without its closure, which costs a tenth of judging.
    let memo = entity.memo
    while (memo !== null && memo.owner !== seat) memo = memo.next
    const note = memo as Note | null
    if (note === null || note.era !== this.#automaton.era) return this.#firstProfile(state, entity, note, batch, row)
    const known = note.position === position ? note.profile : (note.others?.[position] ?? -1)
    if (known >= 0) return known
    const profile = this.#automaton.profile(state, batch, row)
    if (profile >= 0) {
      note.others ??= []
      while (note.others.length <= position) note.others.push(-1)
      note.others[position] = profile
    }
    return profile
  }

  /** The first one that is asked of an entity in this automaton's time. */
  #firstProfile(state: State<B>, entity: Entity, note: Note | null, batch: B, row: number): number {
    const profile = this.#automaton.profile(state, batch, row)
    if (profile < 0) return profile
    const { era } = this.#automaton
    const { position } = state
    if (note === null) {
      const owner = this.#seats[this.#blueprint.deciders.laneAt(position)]!
      const made: Note = { owner, next: entity.memo, era, position, profile, others: null }
      entity.memo = made
    } else {
      note.era = era
      note.position = position
      note.profile = profile
      note.others = null
    }
    return profile
  }

  /** Null: a filter drops the row. */
  #try(state: State<B>, batch: B, row: number): Match | null {
    if (this.#automaton.meter) this.#automaton.measureTests(state, batch, row)
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

  /** Frees all that has been worked out from records. */
  #forget(): void {
    this.#blueprint = new Blueprint(this.policy, this.#source, this.#blueprint.without)
    this.#forgotten++
    this.#startAgain()
  }

  /** Notes on entities name the era that they belong to, so they are forgotten with the automaton. */
  #startAgain(): void {
    const { meter } = this.#automaton
    this.#automaton = new Automaton(this.#blueprint, this.#largest, this.#forgotten)
    this.#automaton.meter = meter
    this.#recentGroups = new RecentGroups()
  }
}

// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../contract/batch.js'
import { type DisabledOptimizations, NONE_DISABLED } from '../../contract/host.js'
import type { CacheEntry, Entity, EntityColumn, RecordAdapter } from '../../contract/record-adapter.js'
import type { Policy, Rule } from '../policy.js'
import { Automaton } from './automaton.js'
import type { AutomatonState } from './automaton-state.js'
import { type CacheKey, cacheKeysFor } from './cache-keys.js'
import { CompiledRules } from './compiled-rules.js'
import { CostMeter, type MillisecondClock } from './cost-meter.js'
import type { MatchBuffer } from './match-buffer.js'
import type { MatchCombination } from './match-combination.js'

/**
 * Compiles a policy for the records of an adapter. `cacheKeys` are the owners of the plan's cache entries on entities, one per
 * entity column. A plan that replaces another one gets the same cache keys and overwrites the entries of the old plan, so reloads
 * leave nothing behind on long-lived entities.
 */
export function createPlan<B extends Batch>(
  policy: Policy,
  adapter: RecordAdapter<B>,
  cacheKeys: readonly CacheKey[] = cacheKeysFor(adapter),
  disabledOptimizations: DisabledOptimizations = NONE_DISABLED,
  clock: MillisecondClock | null = null,
): PolicyPlan<B> {
  return new PolicyPlan(policy, adapter, cacheKeys, disabledOptimizations, undefined, clock)
}

/** What a plan caches on an entity. */
interface EntityCacheEntry extends CacheEntry {
  /** {@link Automaton.generation}. A reference to the automaton itself would retain it as long as the entity exists. */
  generation: object
  /** Position of the decider (see Dependences) that asked first, and the entity's answer set id for it. */
  position: number
  answerSetId: number
  /** Answer set ids by position of the other deciders; -1 if not known yet. Most entities have no other decider. */
  others: number[] | null
}

/** Memory limit of the states, in units of about 20 bytes. Beyond it, all states are discarded and computed again. */
const MAX_AUTOMATON_SIZE = 2_000_000
/** Additional units per rule, because each rule may occur in many states. */
const UNITS_PER_RULE = 500

export class PolicyPlan<B extends Batch> {
  readonly policy: Policy
  /** Number of matches of each rule, in the order of the policy. */
  readonly matchCounts: readonly number[]
  /** Rules that can never match, because they are disabled or need attributes that the adapter does not have. */
  readonly inactive: readonly Rule[]
  /** Null: the cost of rules is not measured. */
  readonly meter: CostMeter | null
  readonly #adapter: RecordAdapter<B>
  readonly #columns: readonly EntityColumn<B>[]
  readonly #cacheKeys: readonly CacheKey[]
  readonly #counts: number[]
  readonly #maxSize: number
  readonly #cachesAnswerSets: boolean
  /** Number of earlier automata that were full. */
  #resetCount = 0
  #compiledRules: CompiledRules<B>
  #automaton: Automaton<B>
  #recentGroups = new RecentGroups<B>()

  /** `maxSize`: units of memory for states; small values are for tests. With a `clock`, the cost of rules is measured. */
  constructor(
    policy: Policy,
    adapter: RecordAdapter<B>,
    cacheKeys: readonly CacheKey[],
    disabledOptimizations: DisabledOptimizations = NONE_DISABLED,
    maxSize = MAX_AUTOMATON_SIZE + UNITS_PER_RULE * policy.rules.length,
    clock: MillisecondClock | null = null,
  ) {
    this.policy = policy
    this.#adapter = adapter
    this.#columns = adapter.entities
    this.#cacheKeys = cacheKeys
    this.#maxSize = maxSize
    this.#counts = policy.rules.map(() => 0)
    this.matchCounts = this.#counts
    this.#cachesAnswerSets = adapter.entities.length > 0 && !disabledOptimizations.has('profiles')
    this.#compiledRules = new CompiledRules(policy, adapter, disabledOptimizations)
    this.#automaton = new Automaton(this.#compiledRules, maxSize, 0)
    this.meter = clock && new CostMeter(policy.rules.length, () => this.#compiledRules.epoch, clock)
    const active = new Set(this.#compiledRules.general.candidates.map(({ index }) => index))
    this.inactive = policy.rules.filter((_, ruleIndex) => !active.has(ruleIndex))
  }

  /**
   * Adds the result of each row to `matchBuffer`: all rows that are not dropped if `passesAllRecords`, else only those that match
   * a rule.
   */
  evaluate(batch: B, passesAllRecords: boolean, matchBuffer: MatchBuffer): void {
    matchBuffer.reset(batch.length)
    let sampleRow = this.meter?.nextSampleRow ?? -1
    for (let row = 0; row < batch.length; row++) {
      if (this.#automaton.isFull) this.#reset()
      let combination: MatchCombination | null
      if (row !== sampleRow) combination = this.#matchOf(batch, row)
      else {
        sampleRow += this.meter?.beginSample() ?? 0
        combination = this.#measuredMatchOf(batch, row)
      }
      if (combination === null) {
        matchBuffer.dropped++
        continue
      }
      const { matches } = combination
      if (matches !== null) this.#count(combination)
      else if (!passesAllRecords) continue
      matchBuffer.add(row, matches)
    }
    this.#automaton.checkSize()
    if (this.meter) this.meter.nextSampleRow = sampleRow - batch.length
  }

  #measuredMatchOf(batch: B, row: number): MatchCombination | null {
    this.#automaton.meter = this.meter
    const combination = this.#matchOf(batch, row)
    this.#automaton.meter = null
    return combination
  }

  /** Null: a filter drops the row. */
  #matchOf(batch: B, row: number): MatchCombination | null {
    const group = this.#adapter.group(batch, row)
    let state = this.#recentGroups.find(group) ?? this.#stateOfGroup(group, batch, row)
    while (state.position >= 0) {
      const answerSetId = this.#answerSetIdOf(state, batch, row)
      if (answerSetId < 0) return this.#automaton.evaluate(state, batch, row)
      state = state.next[answerSetId] ?? this.#automaton.nextState(state, answerSetId)
    }
    return state.isDropped ? null : (state.combination ?? this.#evaluateTests(state, batch, row))
  }

  #stateOfGroup(group: number, batch: B, row: number): AutomatonState<B> {
    if (this.#compiledRules.prepare(group)) this.#restart()
    const state = this.#automaton.stateOfGroup(group, batch, row)
    this.#recentGroups.store(group, state)
    return state
  }

  /** -1: the entity has no answer set id (see Automaton). */
  #answerSetIdOf(state: AutomatonState<B>, batch: B, row: number): number {
    if (!this.#cachesAnswerSets) return this.#automaton.answerSetId(state, batch, row)
    const { position } = state
    const column = this.#compiledRules.deciders.columnAt(position)
    const entity = this.#columns[column]!.entity(batch, row)
    const cacheKey = this.#cacheKeys[column]
    // The loop of `cacheEntryOf`, without its closure, which costs a tenth of the evaluation time.
    let cached = entity.cache
    while (cached !== null && cached.owner !== cacheKey) cached = cached.next
    const entry = cached as EntityCacheEntry | null
    if (entry === null || entry.generation !== this.#automaton.generation)
      return this.#firstAnswerSetId(state, entity, entry, batch, row)
    const known = entry.position === position ? entry.answerSetId : (entry.others?.[position] ?? -1)
    if (known >= 0) return known
    const answerSetId = this.#automaton.answerSetId(state, batch, row)
    if (answerSetId >= 0) {
      entry.others ??= []
      while (entry.others.length <= position) entry.others.push(-1)
      entry.others[position] = answerSetId
    }
    return answerSetId
  }

  /** The first answer set id that is requested for an entity in the current generation. */
  #firstAnswerSetId(state: AutomatonState<B>, entity: Entity, entry: EntityCacheEntry | null, batch: B, row: number): number {
    const answerSetId = this.#automaton.answerSetId(state, batch, row)
    if (answerSetId < 0) return answerSetId
    const { generation } = this.#automaton
    const { position } = state
    if (entry === null) {
      const owner = this.#cacheKeys[this.#compiledRules.deciders.columnAt(position)]!
      const created: EntityCacheEntry = { owner, next: entity.cache, generation, position, answerSetId, others: null }
      entity.cache = created
    } else {
      entry.generation = generation
      entry.position = position
      entry.answerSetId = answerSetId
      entry.others = null
    }
    return answerSetId
  }

  /** Null: a filter drops the row. */
  #evaluateTests(state: AutomatonState<B>, batch: B, row: number): MatchCombination | null {
    if (this.#automaton.meter) this.#automaton.measureTests(state, batch, row)
    this.#compiledRules.epoch.current++
    if (state.filterTest?.(batch, row)) return null
    const { tests, candidates } = state
    let combination = this.#automaton.noMatch
    for (let at = 0; at < tests.length; at++) {
      const test = tests[at]!
      if (test === null || test(batch, row)) combination = combination.with(candidates[at]!.index)
    }
    return combination
  }

  #count(combination: MatchCombination): void {
    for (const ruleIndex of combination.ruleIndexes) this.#counts[ruleIndex]!++
  }

  /** Discards everything that was computed from records. */
  #reset(): void {
    this.#compiledRules = new CompiledRules(this.policy, this.#adapter, this.#compiledRules.disabledOptimizations)
    this.#resetCount++
    this.#restart()
  }

  /** Cache entries on entities refer to the generation of their automaton, so they become invalid with it. */
  #restart(): void {
    const { meter } = this.#automaton
    this.#automaton = new Automaton(this.#compiledRules, this.#maxSize, this.#resetCount)
    this.#automaton.meter = meter
    this.#recentGroups = new RecentGroups()
  }
}

const SLOTS = 256

/** The states of recent groups. Each group has one slot, which another group may overwrite. */
class RecentGroups<B extends Batch> {
  readonly #groups = new Float64Array(SLOTS).fill(Number.NaN)
  readonly #states = new Array<AutomatonState<B> | undefined>(SLOTS).fill(undefined)

  find(group: number): AutomatonState<B> | undefined {
    const slot = slotOf(group)
    return this.#groups[slot] === group ? this.#states[slot] : undefined
  }

  store(group: number, state: AutomatonState<B>): void {
    const slot = slotOf(group)
    this.#groups[slot] = group
    this.#states[slot] = state
  }
}

const slotOf = (group: number): number => (group ^ (group >>> 8) ^ (group >>> 16)) & (SLOTS - 1)

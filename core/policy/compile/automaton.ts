// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import { Admission } from './admission.js'
import { AnswerSets } from './answer-sets.js'
import { AutomatonState } from './automaton-state.js'
import type { CompiledRules, SpecializedRules } from './compiled-rules.js'
import type { CostMeter } from './cost-meter.js'
import { GROUP_BIT } from './graph/dependences.js'
import { EntityPredicateIndex } from './literals/entity-predicate-index.js'
import type { IndexSet } from './literals/index-set.js'
import { type MatchCombination, MatchCombinations } from './match-combination.js'
import { type Remainder, Transition } from './transition.js'

/**
 * The states of a policy, created on demand. The group of a row leads to a state. From there, the answer set of the row's entity
 * in the first relevant column leads to the next state, and so on until only tests of the row itself remain.
 * The answer set id of an entity is the number of one combination of answers to all entity predicates of its column. There are
 * many entities but few answer sets. If input produces ever new combinations, those are evaluated without creating states for
 * them.
 */
export class Automaton<B extends Batch> {
  /** Identifies this automaton in the cache entries of entities. */
  readonly generation = {}
  readonly #compiledRules: CompiledRules<B>
  readonly #combinations: MatchCombinations
  readonly #admission: Admission
  readonly #startStates = new Map<SpecializedRules<B>, AutomatonState<B>>()
  readonly #states = new Map<string, AutomatonState<B>>()
  readonly #statesByGroup = new Map<number, AutomatonState<B>>()
  /** By position of the decider's bit, like `#predicateIndexes`. */
  readonly #answerSets: AnswerSets[] = []
  readonly #predicateIndexes: EntityPredicateIndex<B>[] = []
  /** The answers of the last entity that has no answer set id. */
  #lastAnswers: IndexSet | null = null
  /** The size limit of the automaton, for its own states and what it adds to the predicate graph. */
  readonly #maxSize: number
  readonly #initialGraphSize: number
  #size = 0
  /** The memory limit is exceeded; the plan must replace this automaton. */
  isFull = false
  /** Set during the evaluation of a row whose costs are measured. */
  meter: CostMeter | null = null

  /** `maxSize`: in units of about 20 bytes. `resetCount`: number of earlier automata that were full. */
  constructor(compiledRules: CompiledRules<B>, maxSize: number, resetCount: number) {
    this.#compiledRules = compiledRules
    this.#combinations = new MatchCombinations(compiledRules.policy.rules, maxSize)
    this.#admission = new Admission(resetCount)
    this.#maxSize = maxSize
    this.#initialGraphSize = compiledRules.graph.size
  }

  /** Checks the size limit, because hostile input could create ever new states. */
  checkSize(): void {
    const added = this.#compiledRules.graph.size - this.#initialGraphSize
    this.isFull = this.#size + added > this.#maxSize
    this.#combinations.clearIfFull()
  }

  get noMatch(): MatchCombination {
    return this.#combinations.none
  }

  /** `row` represents all rows of its group. */
  stateOfGroup(group: number, batch: B, row: number): AutomatonState<B> {
    const known = this.#statesByGroup.get(group)
    if (known) return known
    const start = this.#startStateOf(this.#compiledRules.rulesForGroup(group))
    const state = start.decider === GROUP_BIT ? this.#stateAfterGroup(start, batch, row) : start
    this.#statesByGroup.set(group, state)
    this.#size += UNITS_PER_ENTRY
    this.checkSize()
    return state
  }

  /** The answer set id of the next deciding entity, -1 if it has none. `row` represents all rows that refer to the entity. */
  answerSetId(state: AutomatonState<B>, batch: B, row: number): number {
    this.#compiledRules.epoch.current++
    const answerSets = this.#answerSetsFor(state)
    const before = answerSets.size
    this.#lastAnswers = this.#indexFor(state).unusual(batch, row)
    if (this.meter) this.#measureEntityPredicates(this.meter, state, batch, row)
    const answerSetId = answerSets.idOf(this.#lastAnswers)
    this.#size += answerSets.size - before
    return answerSetId
  }

  /** The state after an entity with this answer set id. */
  nextState(state: AutomatonState<B>, answerSetId: number): AutomatonState<B> {
    const { next } = state
    const unusual = this.#answerSetsFor(state).unusualIn(answerSetId)
    const found = this.#followTransition(state, unusual, unusual.length)
    // An array without holes stays a fast array.
    for (; next.length <= answerSetId; this.#size++) next.push(undefined)
    next[answerSetId] = found
    this.checkSize()
    return found
  }

  /**
   * The matches of a row whose entity has no answer set id according to the last call of {@link answerSetId}. Null: a filter
   * drops the row.
   */
  evaluate(state: AutomatonState<B>, batch: B, row: number): MatchCombination | null {
    const transition = this.#transitionOf(state)
    const relevant = this.#lastAnswers ? transition.relevant(this.#lastAnswers.list, this.#lastAnswers.length) : []
    if (this.meter) transition.measure(this.meter, relevant, batch, row)
    return transition.evaluate(relevant, batch, row, this.#combinations.none)
  }

  /** For a state without a decider. */
  measureTests({ tests, candidates }: AutomatonState<B>, batch: B, row: number): void {
    for (const [at, test] of tests.entries()) if (test) this.meter?.measure(test, batch, row, [candidates[at]!.index])
  }

  #measureEntityPredicates(meter: CostMeter, state: AutomatonState<B>, batch: B, row: number): void {
    for (const index of this.#indexFor(state).evaluatedIndexes()) {
      const entityPredicate = this.#compiledRules.entityPredicatesOf(state.decider)[index]!
      meter.measure(entityPredicate.test, batch, row, this.#compiledRules.rulesUsing(entityPredicate))
    }
  }

  #stateAfterGroup(start: AutomatonState<B>, batch: B, row: number): AutomatonState<B> {
    this.#compiledRules.epoch.current++
    const { list, length } = this.#indexFor(start).unusual(batch, row)
    return this.#followTransition(start, list, length)
  }

  #answerSetsFor({ position }: AutomatonState<B>): AnswerSets {
    const known = this.#answerSets[position]
    if (known) return known
    const created = new AnswerSets(this.#admission)
    this.#answerSets[position] = created
    return created
  }

  #indexFor({ position, decider }: AutomatonState<B>): EntityPredicateIndex<B> {
    const known = this.#predicateIndexes[position]
    if (known) return known
    const { disabledOptimizations } = this.#compiledRules
    const created = new EntityPredicateIndex(
      this.#compiledRules.entityPredicatesOf(decider),
      !disabledOptimizations.has('literal-index'),
    )
    this.#predicateIndexes[position] = created
    return created
  }

  #transitionOf(state: AutomatonState<B>): Transition<B> {
    if (state.transition) return state.transition
    const compiledRules = this.#compiledRules
    state.transition = new Transition(
      state,
      this.#indexFor(state),
      entityPredicate => compiledRules.positionOf(entityPredicate),
      compiledRules.graph,
    )
    this.#size += state.transition.size
    return state.transition
  }

  #followTransition(state: AutomatonState<B>, unusual: Int32Array, length: number): AutomatonState<B> {
    const transition = this.#transitionOf(state)
    const relevant = transition.relevant(unusual, length)
    const key = relevant.join()
    const known = state.byAnswers.get(key)
    if (known) return known
    const found = this.#stateFor(transition.remainder(relevant))
    state.byAnswers.set(key, found)
    this.#size += UNITS_PER_ENTRY + (key.length >> 3)
    return found
  }

  #startStateOf(specializedRules: SpecializedRules<B>): AutomatonState<B> {
    const known = this.#startStates.get(specializedRules)
    if (known) return known
    const state = new AutomatonState(specializedRules, this.#compiledRules.graph, this.#combinations.none)
    this.#startStates.set(specializedRules, state)
    return state
  }

  /** The state with exactly this remainder. */
  #stateFor(remainder: Remainder<B>): AutomatonState<B> {
    const { filter, candidates } = remainder
    const key = `${filter.id}:${candidates.map(({ index, node }) => `${index}=${node.id}`).join()}`
    const known = this.#states.get(key)
    if (known) return known
    const state = new AutomatonState(remainder, this.#compiledRules.graph, this.#combinations.none)
    this.#states.set(key, state)
    this.#size += UNITS_PER_STATE + 5 * candidates.length
    return state
  }
}

const UNITS_PER_ENTRY = 8
const UNITS_PER_STATE = 40

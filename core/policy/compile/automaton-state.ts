// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../contract/batch.js'
import type { CandidateRule } from './compiled-rules.js'
import type { RowTest } from './criteria/row-test.js'
import { ROW_BIT } from './graph/dependences.js'
import { FALSE_NODE, type PredicateGraph, type PredicateNode, TRUE_NODE } from './graph/predicate-graph.js'
import type { MatchCombination } from './match-combination.js'
import type { Remainder, Transition } from './transition.js'

/**
 * The conditions that remain for a row when its group and the entities of the first columns are known. Rows with the same
 * remainder share the state, so a state is computed once and then found with two or three array reads.
 */
export class AutomatonState<B extends Batch> {
  readonly filter: PredicateNode<B>
  readonly candidates: readonly CandidateRule<B>[]
  /** Bit of the next decider (see Dependences); 0 if only the row itself remains. */
  readonly decider: number
  /** Position of that bit; -1 if there is none. */
  readonly position: number
  /** By answer set id of the deciding entity. */
  readonly next: (AutomatonState<B> | undefined)[] = []
  /** By the unusual answers of the decider's entity predicates (see Transition). */
  readonly byAnswers = new Map<string, AutomatonState<B>>()
  /** Created on first use. */
  transition: Transition<B> | null = null

  /** The remaining fields are for states without a decider. True: a filter drops every row. */
  readonly isDropped: boolean
  /** The matches of all rows if no test remains; else null. */
  readonly combination: MatchCombination | null
  /** Null: no filter can drop the row. */
  readonly filterTest: RowTest<B> | null
  /** The test of each candidate, by index; null if it matches every row. */
  readonly tests: readonly (RowTest<B> | null)[]

  constructor({ filter, candidates }: Remainder<B>, graph: PredicateGraph<B>, noMatch: MatchCombination) {
    this.filter = filter
    this.isDropped = filter === TRUE_NODE
    this.candidates = this.isDropped ? [] : candidates
    const nodes = [filter, ...this.candidates.map(({ node }) => node)]
    const pendingBits = nodes.reduce((bits, node) => bits | node.dependence, 0) & ~ROW_BIT
    this.decider = pendingBits & -pendingBits
    this.position = this.decider === 0 ? -1 : 31 - Math.clz32(this.decider)
    const isLast = this.decider === 0
    this.filterTest = isLast && filter.kind !== 'constant' ? graph.test(filter) : null
    this.tests = isLast ? this.candidates.map(({ node }) => (node === TRUE_NODE ? null : graph.test(node))) : []
    const isSettled = isLast && filter === FALSE_NODE && this.tests.every(test => test === null)
    this.combination = isSettled ? this.candidates.reduce((combination, { index }) => combination.with(index), noMatch) : null
  }
}

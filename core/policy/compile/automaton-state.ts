// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../contract/batch.js'
import type { CandidateRule } from './compiled-rules.js'
import type { RowTest } from './criteria/row-test.js'
import { ROW_BIT } from './graph/dependences.js'
import { FALSE_NODE, type PredicateGraph, type PredicateNode, TRUE_NODE } from './graph/predicate-graph.js'
import type { MatchCombination } from './match-combination.js'
import type { Remainder, Transition } from './transition.js'

/**
 * What is left to be found out about a row when its group and the entities of the first lanes are known. Rows that agree in
 * these share the state, so a state is worked out once and afterwards found by two or three array reads.
 */
export class AutomatonState<B extends Batch> {
  readonly filter: PredicateNode<B>
  readonly candidates: readonly CandidateRule<B>[]
  /** Bit of what decides next (see Dependences); 0: only the row itself is left. */
  readonly decider: number
  /** Position of that bit; -1 if there is none. */
  readonly position: number
  /** By profile of the deciding entity. */
  readonly next: (AutomatonState<B> | undefined)[] = []
  /** By the unusual answers of the decider's facets (see Fork). */
  readonly byAnswers = new Map<string, AutomatonState<B>>()
  /** Made when it is first needed. */
  transition: Transition<B> | null = null

  /** The rest is for a state without decider. A filter drops every row. */
  readonly isDropped: boolean
  /** What all rows match if nothing is left to be tested; else null. */
  readonly combination: MatchCombination | null
  /** Null: no filter can drop the row. */
  readonly filterTest: RowTest<B> | null
  /** Beside each candidate its test, null where it matches every row. */
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

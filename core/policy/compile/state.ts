// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Candidate } from './blueprint.js'
import { type Circuit, FALSE, type Node, type Test, TRUE } from './circuit/circuit.js'
import { ROW } from './circuit/dependences.js'
import type { Fork, Left } from './fork.js'
import type { Match } from './match.js'

/**
 * What is left to be found out about a row when its group and the entities of the first lanes are known. Rows that agree in
 * these share the state, so a state is worked out once and afterwards found by two or three array reads.
 */
export class State<B extends Batch> {
  readonly filter: Node<B>
  readonly candidates: readonly Candidate<B>[]
  /** Bit of what decides next (see Dependences); 0: only the row itself is left. */
  readonly decider: number
  /** Position of that bit; -1 if there is none. */
  readonly position: number
  /** By profile of the deciding entity. */
  readonly next: (State<B> | undefined)[] = []
  /** By the unusual answers of the decider's facets (see Fork). */
  readonly byAnswers = new Map<string, State<B>>()
  /** Made when it is first needed. */
  fork: Fork<B> | null = null

  /** The rest is for a state without decider. A filter drops every row. */
  readonly isDropped: boolean
  /** What all rows match if nothing is left to be tested; else null. */
  readonly match: Match | null
  /** Null: no filter can drop the row. */
  readonly filterTest: Test<B> | null
  /** Beside each candidate its test, null where it matches every row. */
  readonly tests: readonly (Test<B> | null)[]

  constructor({ filter, candidates }: Left<B>, circuit: Circuit<B>, none: Match) {
    this.filter = filter
    this.isDropped = filter === TRUE
    this.candidates = this.isDropped ? [] : candidates
    const nodes = [filter, ...this.candidates.map(({ node }) => node)]
    const open = nodes.reduce((bits, node) => bits | node.dependence, 0) & ~ROW
    this.decider = open & -open
    this.position = this.decider === 0 ? -1 : 31 - Math.clz32(this.decider)
    const isLast = this.decider === 0
    this.filterTest = isLast && filter.kind !== 'constant' ? circuit.test(filter) : null
    this.tests = isLast ? this.candidates.map(({ node }) => (node === TRUE ? null : circuit.test(node))) : []
    const isSettled = isLast && filter === FALSE && this.tests.every(test => test === null)
    this.match = isSettled ? this.candidates.reduce((match, { place }) => match.and(place), none) : null
  }
}

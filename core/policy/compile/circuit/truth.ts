// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import { Fault } from '../../../errors/fault.js'
import type { Condition } from '../../policy.js'
import { type Circuit, FALSE, type Node, TRUE } from './circuit.js'
import type { DependenceOf } from './dependences.js'
import type { Leaves } from './leaves.js'
import { mergeCriteria } from './merge-criteria.js'

/** Deeper conditions are refused, since they are walked by recursion. */
const DEEPEST = 1000

/**
 * Conditions have three values, circuits two: for each condition there is a node that holds when it is certainly true and one
 * that holds when it is certainly false. `not` exchanges them, and both are FALSE for what is unavailable, so that nothing of
 * the third value is left when records come.
 */
export class Truth<B extends Batch> {
  readonly #circuit: Circuit<B>
  readonly #leaves: Leaves<B>
  readonly #dependenceOf: DependenceOf
  readonly #merges: boolean
  readonly #known = { true: new Map<Condition, Node<B>>(), false: new Map<Condition, Node<B>>() }

  /** `merges`: criteria beside each other are taken together where one list can say the same. */
  constructor(circuit: Circuit<B>, leaves: Leaves<B>, dependenceOf: DependenceOf, merges: boolean) {
    this.#circuit = circuit
    this.#leaves = leaves
    this.#dependenceOf = dependenceOf
    this.#merges = merges
  }

  /** Holds for the records of which `condition` certainly is `wanted`. */
  nodeOf(condition: Condition, wanted = true, depth = 0): Node<B> {
    const known = this.#known[`${wanted}`].get(condition)
    if (known) return known
    if (depth > DEEPEST) throw new Fault('SFP_ENGINE_TOO_DEEP', { deepest: DEEPEST })
    const node = this.#make(condition, wanted, depth)
    this.#known[`${wanted}`].set(condition, node)
    return node
  }

  #make(condition: Condition, wanted: boolean, depth: number): Node<B> {
    switch (condition.kind) {
      case 'constant':
        return condition.value === wanted ? TRUE : FALSE
      case 'unavailable':
        return FALSE
      case 'criterion':
        return this.#leaves.leaf(condition.criterion, wanted, this.#dependenceOf)
      case 'not':
        return this.nodeOf(condition.term, !wanted, depth + 1)
      case 'all':
      case 'any':
        return this.#gate(condition.terms, wanted, (condition.kind === 'all') === wanted, depth)
      default:
        return condition satisfies never
    }
  }

  #gate(terms: readonly Condition[], wanted: boolean, isAll: boolean, depth: number): Node<B> {
    const questions = terms.map(condition => ({ condition, wanted }))
    const asked = this.#merges ? mergeCriteria(questions, isAll) : questions
    const nodes = asked.map(question => this.nodeOf(question.condition, question.wanted, depth + 1))
    return isAll ? this.#circuit.all(nodes) : this.#circuit.any(nodes)
  }
}

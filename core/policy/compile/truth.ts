// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import { Fault } from '../../errors/fault.js'
import type { Condition, Criterion } from '../policy.js'
import { type Circuit, FALSE, type Node, type Test, TRUE } from './circuit.js'
import type { Dependences } from './dependences.js'
import { mergeCriteria } from './merge-criteria.js'
import { keyOf, type Predicate, predicateOf } from './predicate.js'
import type { Views } from './view.js'

/** Deeper conditions are refused, since they are walked by recursion. */
const DEEPEST = 1000

/**
 * Conditions have three values, circuits two: for each condition there is a node that holds when it is certainly true and one
 * that holds when it is certainly false. `not` exchanges them, and both are FALSE for what is unavailable, so that nothing of
 * the third value is left when records come.
 */
export class Truth<B extends Batch> {
  readonly #circuit: Circuit<B>
  readonly #views: Views<B>
  readonly #dependences: Dependences<B>
  readonly #known = { true: new Map<Condition, Node<B>>(), false: new Map<Condition, Node<B>>() }
  readonly #criteria = { true: new Map<string, Node<B>>(), false: new Map<string, Node<B>>() }
  readonly #predicates = new Map<string, Predicate<B>>()

  constructor(circuit: Circuit<B>, views: Views<B>, dependences: Dependences<B>) {
    this.#circuit = circuit
    this.#views = views
    this.#dependences = dependences
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
        return this.#leaf(condition.criterion, wanted)
      case 'not':
        return this.nodeOf(condition.term, !wanted, depth + 1)
      case 'all':
      case 'any': {
        const isAll = (condition.kind === 'all') === wanted
        const questions = mergeCriteria(
          condition.terms.map(term => ({ condition: term, wanted })),
          isAll,
        )
        const terms = questions.map(question => this.nodeOf(question.condition, question.wanted, depth + 1))
        return isAll ? this.#circuit.all(terms) : this.#circuit.any(terms)
      }
      default:
        return condition satisfies never
    }
  }

  #leaf(criterion: Criterion, wanted: boolean): Node<B> {
    const key = keyOf(criterion)
    const known = this.#criteria[`${wanted}`].get(key)
    if (known) return known
    const leaf = this.#newLeaf(this.#predicate(key, criterion), wanted)
    this.#criteria[`${wanted}`].set(key, leaf)
    return leaf
  }

  #newLeaf({ dependence, cost, test }: Predicate<B>, wanted: boolean): Node<B> {
    if (dependence === 0) return holdsForAll(test) === wanted ? TRUE : FALSE
    return this.#circuit.leaf(dependence, cost, wanted ? test : (batch, row) => !test(batch, row))
  }

  #predicate(key: string, criterion: Criterion): Predicate<B> {
    const known = this.#predicates.get(key)
    if (known) return known
    const predicate = predicateOf(criterion, this.#views, this.#dependences)
    this.#predicates.set(key, predicate)
    return predicate
  }
}

/** Literals alone were compared: there is no record to look at. */
const holdsForAll = <B extends Batch>(test: Test<B>): boolean => test(undefined as never, 0)

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { Attribute, Source } from '../../../contract/source.js'
import type { Criterion } from '../../policy.js'
import { keyOf, type Predicate, predicateOf } from '../criteria/predicate.js'
import type { Views } from '../criteria/view.js'
import { type Circuit, FALSE, type Node, type Test, TRUE } from './circuit.js'
import { type DependenceOf, joinDependences } from './dependences.js'

/** The criteria of a policy as leaves of a circuit: equal ones that the same thing decides are one leaf. */
export class Leaves<B extends Batch> {
  readonly #circuit: Circuit<B>
  readonly #source: Source<B>
  readonly #views: Views<B>
  readonly #predicates = new Map<string, Predicate<B>>()
  readonly #leaves = new Map<string, Node<B>>()

  constructor(circuit: Circuit<B>, source: Source<B>, views: Views<B>) {
    this.#circuit = circuit
    this.#source = source
    this.#views = views
  }

  /** All attributes that the leaves made so far read. */
  get attributes(): readonly Attribute<B>[] {
    return [...new Set([...this.#predicates.values()].flatMap(({ attributes }) => attributes))]
  }

  /** Holds where `criterion` is `wanted`. */
  leaf(criterion: Criterion, wanted: boolean, dependenceOf: DependenceOf): Node<B> {
    const key = keyOf(criterion)
    const predicate = this.#predicate(key, criterion)
    if (predicate.attributes.length === 0) return holdsForAll(predicate.test) === wanted ? TRUE : FALSE
    const dependence = joinDependences(predicate.attributes.map(dependenceOf))
    const leafKey = `${wanted} ${dependence} ${key}`
    const known = this.#leaves.get(leafKey)
    if (known) return known
    const { test, cost } = predicate
    const clues = predicate.clues && { ...predicate.clues, otherwise: predicate.clues.otherwise === wanted }
    const leaf = this.#circuit.leaf(dependence, cost, wanted ? test : (batch, row) => !test(batch, row), clues)
    this.#leaves.set(leafKey, leaf)
    return leaf
  }

  #predicate(key: string, criterion: Criterion): Predicate<B> {
    const known = this.#predicates.get(key)
    if (known) return known
    const predicate = predicateOf(criterion, this.#source, this.#views)
    this.#predicates.set(key, predicate)
    return predicate
  }
}

/** Literals alone are compared: there is no record to look at. */
const holdsForAll = <B extends Batch>(test: Test<B>): boolean => test(undefined as never, 0)

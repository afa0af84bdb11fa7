// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import { type Circuit, FALSE, type Leaf, type Node, type Part, type Test, TRUE } from './circuit.js'
import { isSingle, ROW } from './dependences.js'

/** A facet, what it stands for, and its function. */
export interface Facet<B extends Batch> {
  readonly id: number
  readonly node: Part<B>
  readonly test: Test<B>
}

/** May replace the function of a node by another that gives the same answers. */
export type Wrap<B extends Batch> = (node: Part<B>, test: Test<B>) => Test<B>

/**
 * The largest parts of a circuit that one thing alone decides (the group, or the entity of one lane). Each becomes a leaf, a
 * facet: to judge a row, the facets are asked once for each group and entity, and what is left of the circuit is looked up.
 */
export class Facets<B extends Batch> {
  readonly #circuit: Circuit<B>
  readonly #byNode = new Map<number, Leaf<B>>()
  readonly #byDecider = new Map<number, Facet<B>[]>()
  readonly #places = new Map<number, number>()

  constructor(circuit: Circuit<B>) {
    this.#circuit = circuit
  }

  /** All facets that one decider decides, those found last behind the others. */
  of(bit: number): readonly Facet<B>[] {
    return this.#byDecider.get(bit) ?? []
  }

  /** A facet's place among those of its decider. */
  placeOf(facet: Leaf<B>): number {
    return this.#places.get(facet.id) ?? -1
  }

  /** The same circuits with facets in the place of what they stand for. */
  rewriting(wrap: Wrap<B>): (node: Node<B>) => Node<B> {
    const done = new Map<number, Node<B>>()
    const rewrite = (node: Node<B>): Node<B> => {
      if (node.kind === 'constant') return node
      if (node.dependence === ROW) this.#circuit.test(node, wrap)
      else if (isSingle(node.dependence)) return this.#facet(node, wrap)
      if (node.dependence === ROW || node.kind === 'leaf') return node
      const known = done.get(node.id)
      if (known) return known
      const terms = node.terms.map(rewrite)
      const rewritten = node.kind === 'all' ? this.#circuit.all(terms) : this.#circuit.any(terms)
      done.set(node.id, rewritten)
      return rewritten
    }
    return rewrite
  }

  #facet(node: Part<B>, wrap: Wrap<B>): Leaf<B> {
    const known = this.#byNode.get(node.id)
    if (known) return known
    const facet = this.#circuit.leaf(node.dependence, node.cost, this.#circuit.test(node, wrap))
    this.#byNode.set(node.id, facet)
    const peers = this.#byDecider.get(node.dependence) ?? []
    this.#byDecider.set(node.dependence, peers)
    this.#places.set(facet.id, peers.length)
    peers.push({ id: facet.id, node, test: facet.test })
    return facet
  }
}

/** The facets of one kind that can be reached from `nodes`. */
export function facetsIn<B extends Batch>(nodes: Iterable<Node<B>>, dependence: number): readonly Leaf<B>[] {
  const found = new Map<number, Leaf<B>>()
  const seen = new Set<number>()
  const visit = (node: Node<B>): void => {
    if ((node.dependence & dependence) === 0) return
    if (node.kind === 'leaf') found.set(node.id, node)
    else if (node.kind !== 'constant' && !seen.has(node.id)) {
      seen.add(node.id)
      for (const term of node.terms) visit(term)
    }
  }
  for (const node of nodes) visit(node)
  return [...found.values()]
}

/** What is left of nodes when the facets of one kind are known. */
export class Substitution<B extends Batch> {
  readonly #circuit: Circuit<B>
  readonly #dependence: number
  readonly #answerOf: (facet: Leaf<B>) => boolean
  readonly #done = new Map<number, Node<B>>()

  constructor(circuit: Circuit<B>, dependence: number, answerOf: (facet: Leaf<B>) => boolean) {
    this.#circuit = circuit
    this.#dependence = dependence
    this.#answerOf = answerOf
  }

  in(node: Node<B>): Node<B> {
    if ((node.dependence & this.#dependence) === 0) return node
    if (node.kind === 'leaf') return this.#answerOf(node) ? TRUE : FALSE
    if (node.kind === 'constant') return node
    const known = this.#done.get(node.id)
    if (known) return known
    const terms = node.terms.map(term => this.in(term))
    const left = node.kind === 'all' ? this.#circuit.all(terms) : this.#circuit.any(terms)
    this.#done.set(node.id, left)
    return left
  }
}

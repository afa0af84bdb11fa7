// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import { type Circuit, FALSE, type Leaf, type Node, type Part, type Test, TRUE } from './circuit.js'

/**
 * The largest parts of a circuit that one thing alone decides (the group, or the entity of one lane). Each becomes a leaf, a
 * facet: to judge a row, the facets are asked once for each group and entity, and what is left of the circuit is looked up.
 */
export class Facets<B extends Batch> {
  readonly #circuit: Circuit<B>
  readonly #row: number
  readonly #wrap: (node: Part<B>, test: Test<B>) => Test<B>
  readonly #byNode = new Map<number, Leaf<B>>()
  readonly #rewritten = new Map<number, Node<B>>()
  readonly #byDependence = new Map<number, Leaf<B>[]>()
  readonly #places = new Map<number, number>()

  constructor(circuit: Circuit<B>, row: number, wrap: (node: Part<B>, test: Test<B>) => Test<B>) {
    this.#circuit = circuit
    this.#row = row
    this.#wrap = wrap
  }

  /** All facets of a lane, or of the group. */
  of(dependence: number): readonly Leaf<B>[] {
    return this.#byDependence.get(dependence) ?? []
  }

  /** A facet's place among those of its kind. */
  placeOf(facet: Leaf<B>): number {
    return this.#places.get(facet.id) ?? -1
  }

  /** The same circuit with facets in the place of what they stand for. */
  rewrite(node: Node<B>): Node<B> {
    if (node.kind === 'constant') return node
    if (node.dependence === this.#row) {
      this.#circuit.test(node, this.#wrap)
      return node
    }
    if ((node.dependence & (node.dependence - 1)) === 0) return this.#facet(node)
    if (node.kind === 'leaf') return node
    const known = this.#rewritten.get(node.id)
    if (known) return known
    const terms = node.terms.map(term => this.rewrite(term))
    const rewritten = node.kind === 'all' ? this.#circuit.all(terms) : this.#circuit.any(terms)
    this.#rewritten.set(node.id, rewritten)
    return rewritten
  }

  #facet(node: Part<B>): Leaf<B> {
    const known = this.#byNode.get(node.id)
    if (known) return known
    const facet = this.#circuit.leaf(node.dependence, node.cost, this.#circuit.test(node, this.#wrap))
    this.#byNode.set(node.id, facet)
    const peers = this.#byDependence.get(node.dependence)
    this.#places.set(facet.id, peers?.length ?? 0)
    if (peers) peers.push(facet)
    else this.#byDependence.set(node.dependence, [facet])
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

// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../../contract/batch.js'
import type { RowTest } from '../criteria/row-test.js'
import { hasAtMostOneBit, ROW_BIT } from './dependences.js'
import {
  FALSE_NODE,
  type LeafNode,
  type NonConstantNode,
  type PredicateGraph,
  type PredicateNode,
  TRUE_NODE,
} from './predicate-graph.js'

/** A facet, what it stands for, and its function. */
export interface EntityPredicate<B extends Batch> {
  readonly id: number
  readonly node: NonConstantNode<B>
  readonly test: RowTest<B>
}

/** May replace the function of a node by another that gives the same answers. */
export type TestWrapper<B extends Batch> = (node: NonConstantNode<B>, test: RowTest<B>) => RowTest<B>

/**
 * The largest parts of a circuit that one thing alone decides (the group, or the entity of one lane). Each becomes a leaf, a
 * facet: to judge a row, the facets are asked once for each group and entity, and what is left of the circuit is looked up.
 */
export class EntityPredicates<B extends Batch> {
  readonly #graph: PredicateGraph<B>
  readonly #byNode = new Map<number, LeafNode<B>>()
  readonly #byDecider = new Map<number, EntityPredicate<B>[]>()
  readonly #positions = new Map<number, number>()

  constructor(graph: PredicateGraph<B>) {
    this.#graph = graph
  }

  /** All facets that one decider decides, those found last behind the others. */
  ofDecider(bit: number): readonly EntityPredicate<B>[] {
    return this.#byDecider.get(bit) ?? []
  }

  /** A facet's place among those of its decider. */
  positionOf(entityPredicate: LeafNode<B>): number {
    return this.#positions.get(entityPredicate.id) ?? -1
  }

  /** The same circuits with facets in the place of what they stand for. */
  rewriter(wrap: TestWrapper<B>): (node: PredicateNode<B>) => PredicateNode<B> {
    const done = new Map<number, PredicateNode<B>>()
    const rewrite = (node: PredicateNode<B>): PredicateNode<B> => {
      if (node.kind === 'constant') return node
      if (node.dependence === ROW_BIT) this.#graph.test(node, wrap)
      else if (hasAtMostOneBit(node.dependence)) return this.#entityPredicateOf(node, wrap)
      if (node.dependence === ROW_BIT || node.kind === 'leaf') return node
      const known = done.get(node.id)
      if (known) return known
      const terms = node.terms.map(rewrite)
      const rewritten = node.kind === 'all' ? this.#graph.all(terms) : this.#graph.any(terms)
      done.set(node.id, rewritten)
      return rewritten
    }
    return rewrite
  }

  #entityPredicateOf(node: NonConstantNode<B>, wrap: TestWrapper<B>): LeafNode<B> {
    const known = this.#byNode.get(node.id)
    if (known) return known
    const entityPredicate = this.#graph.leaf(node.dependence, node.cost, this.#graph.test(node, wrap))
    this.#byNode.set(node.id, entityPredicate)
    const peers = this.#byDecider.get(node.dependence) ?? []
    this.#byDecider.set(node.dependence, peers)
    this.#positions.set(entityPredicate.id, peers.length)
    peers.push({ id: entityPredicate.id, node, test: entityPredicate.test })
    return entityPredicate
  }
}

/** The facets of one kind that can be reached from `nodes`. */
export function entityPredicatesIn<B extends Batch>(
  nodes: Iterable<PredicateNode<B>>,
  dependence: number,
): readonly LeafNode<B>[] {
  const found = new Map<number, LeafNode<B>>()
  const seen = new Set<number>()
  const visit = (node: PredicateNode<B>): void => {
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
  readonly #graph: PredicateGraph<B>
  readonly #dependence: number
  readonly #answerOf: (entityPredicate: LeafNode<B>) => boolean
  readonly #done = new Map<number, PredicateNode<B>>()

  constructor(graph: PredicateGraph<B>, dependence: number, answerOf: (entityPredicate: LeafNode<B>) => boolean) {
    this.#graph = graph
    this.#dependence = dependence
    this.#answerOf = answerOf
  }

  apply(node: PredicateNode<B>): PredicateNode<B> {
    if ((node.dependence & this.#dependence) === 0) return node
    if (node.kind === 'leaf') return this.#answerOf(node) ? TRUE_NODE : FALSE_NODE
    if (node.kind === 'constant') return node
    const known = this.#done.get(node.id)
    if (known) return known
    const terms = node.terms.map(term => this.apply(term))
    const remainder = node.kind === 'all' ? this.#graph.all(terms) : this.#graph.any(terms)
    this.#done.set(node.id, remainder)
    return remainder
  }
}

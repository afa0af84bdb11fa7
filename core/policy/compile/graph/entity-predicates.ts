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

/** An entity predicate: its leaf, the node that it replaces, and its test. */
export interface EntityPredicate<B extends Batch> {
  readonly id: number
  readonly node: NonConstantNode<B>
  readonly test: RowTest<B>
}

/** May replace the test of a node by another test with the same answers. */
export type TestWrapper<B extends Batch> = (node: NonConstantNode<B>, test: RowTest<B>) => RowTest<B>

/**
 * Finds the largest parts of a predicate graph that have a single decider (the group, or the entity of one column). Each becomes
 * a leaf, an entity predicate. To evaluate a row, the entity predicates are evaluated once per group and entity, and the
 * remainder of the graph is looked up.
 */
export class EntityPredicates<B extends Batch> {
  readonly #graph: PredicateGraph<B>
  readonly #byNode = new Map<number, LeafNode<B>>()
  readonly #byDecider = new Map<number, EntityPredicate<B>[]>()
  readonly #positions = new Map<number, number>()

  constructor(graph: PredicateGraph<B>) {
    this.#graph = graph
  }

  /** All entity predicates of one decider. Those found later follow the earlier ones. */
  ofDecider(bit: number): readonly EntityPredicate<B>[] {
    return this.#byDecider.get(bit) ?? []
  }

  /** The index of an entity predicate among those of its decider. */
  positionOf(entityPredicate: LeafNode<B>): number {
    return this.#positions.get(entityPredicate.id) ?? -1
  }

  /** Rewrites graphs: entity predicates replace the nodes that they represent. */
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

/** The entity predicates of one kind that are reachable from `nodes`. */
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

/** Computes the remainder of nodes when the entity predicates of one kind are known. */
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

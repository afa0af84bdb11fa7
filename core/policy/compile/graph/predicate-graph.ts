// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../../contract/batch.js'
import type { RequiredLiterals } from '../criteria/required-literal.js'
import type { RowTest } from '../criteria/row-test.js'
import { hasAtMostOneBit } from './dependences.js'

/**
 * A condition as a graph of two-valued gates without negation: `not` is pushed into the leaves. Equal nodes of one graph are one
 * object, so the shared parts of rules are stored, and can be evaluated, once.
 */
export type PredicateNode<B extends Batch> = Constant | NonConstantNode<B>
export type NonConstantNode<B extends Batch> = LeafNode<B> | GateNode<B>

interface Constant {
  readonly kind: 'constant'
  readonly id: number
  /** Bits of the node's deciders (see Dependences). */
  readonly dependence: 0
  readonly value: boolean
}

export interface LeafNode<B extends Batch> {
  readonly kind: 'leaf'
  readonly id: number
  readonly dependence: number
  readonly cost: number
  readonly test: RowTest<B>
  /** Null: the answer is known only by running the test. */
  readonly requiredLiterals: RequiredLiterals<B> | null
}

export interface GateNode<B extends Batch> {
  readonly kind: 'all' | 'any'
  readonly id: number
  readonly dependence: number
  readonly cost: number
  /** Cheapest first. */
  readonly terms: readonly NonConstantNode<B>[]
}

export const TRUE_NODE: Constant = { kind: 'constant', id: 0, dependence: 0, value: true }
export const FALSE_NODE: Constant = { kind: 'constant', id: 1, dependence: 0, value: false }

export class PredicateGraph<B extends Batch> {
  #nextId = 2
  #size = 0
  readonly #gates = new Map<string, GateNode<B>>()
  readonly #tests = new Map<number, RowTest<B>>()

  /** Number of links between gates and their terms, a measure of memory. */
  get size(): number {
    return this.#size
  }

  leaf(dependence: number, cost: number, test: RowTest<B>, requiredLiterals: RequiredLiterals<B> | null = null): LeafNode<B> {
    return { kind: 'leaf', id: this.#nextId++, dependence, cost, test, requiredLiterals }
  }

  all(terms: Iterable<PredicateNode<B>>): PredicateNode<B> {
    return this.#gate('all', terms, TRUE_NODE, FALSE_NODE)
  }

  any(terms: Iterable<PredicateNode<B>>): PredicateNode<B> {
    return this.#gate('any', terms, FALSE_NODE, TRUE_NODE)
  }

  /** The test of a node, created once. `wrap` may replace the test of a node by another test with the same answers. */
  test(node: PredicateNode<B>, wrap: (node: NonConstantNode<B>, test: RowTest<B>) => RowTest<B> = (_, test) => test): RowTest<B> {
    if (node.kind === 'constant') return node.value ? () => true : () => false
    const known = this.#tests.get(node.id)
    if (known) return known
    const test = wrap(node, node.kind === 'leaf' ? node.test : this.#gateTest(node, wrap))
    this.#tests.set(node.id, test)
    return test
  }

  #gateTest(gate: GateNode<B>, wrap: (node: NonConstantNode<B>, test: RowTest<B>) => RowTest<B>): RowTest<B> {
    const tests = gate.terms.map(term => this.test(term, wrap))
    return gate.kind === 'all' ? everyTest(tests) : someTest(tests)
  }

  #gate(kind: 'all' | 'any', terms: Iterable<PredicateNode<B>>, neutral: Constant, deciding: Constant): PredicateNode<B> {
    const flat = new Map<number, NonConstantNode<B>>()
    if (!flatten(kind, terms, deciding, flat)) return deciding
    const grouped = this.#grouped(kind, [...flat.values()])
    const [only] = grouped
    if (only === undefined) return neutral
    return grouped.length === 1 ? only : this.#intern(kind, grouped)
  }

  /** Terms with the same decider become a separate gate, so that it is evaluated once per decider value. */
  #grouped(kind: 'all' | 'any', terms: readonly NonConstantNode<B>[]): readonly NonConstantNode<B>[] {
    const groups = new Map<number, NonConstantNode<B>[]>()
    for (const term of terms) {
      const group = groups.get(term.dependence)
      if (group) group.push(term)
      else groups.set(term.dependence, [term])
    }
    if (groups.size === 1) return terms
    return [...groups].flatMap(([dependence, group]) =>
      group.length > 1 && hasAtMostOneBit(dependence) ? [this.#intern(kind, group)] : group,
    )
  }

  #intern(kind: 'all' | 'any', terms: readonly NonConstantNode<B>[]): GateNode<B> {
    const sorted = terms.toSorted((a, b) => a.cost - b.cost || a.id - b.id)
    const key = kind + sorted.map(term => term.id).join()
    const known = this.#gates.get(key)
    if (known) return known
    let dependence = 0
    let cost = 0
    for (const term of sorted) {
      dependence |= term.dependence
      cost += term.cost
    }
    const gate: GateNode<B> = { kind, id: this.#nextId++, dependence, cost, terms: sorted }
    this.#gates.set(key, gate)
    this.#size += sorted.length + 8
    return gate
  }
}

/** False if a term determines the value of the whole gate. */
function flatten<B extends Batch>(
  kind: 'all' | 'any',
  terms: Iterable<PredicateNode<B>>,
  deciding: Constant,
  target: Map<number, NonConstantNode<B>>,
): boolean {
  for (const term of terms) {
    if (term === deciding) return false
    if (term.kind === kind) flatten(kind, term.terms, deciding, target)
    else if (term.kind !== 'constant') target.set(term.id, term)
  }
  return true
}

/** Flat instead of nested pairs: 10 ns per rule instead of 31 for rules with four conditions. */
function everyTest<B extends Batch>(tests: readonly RowTest<B>[]): RowTest<B> {
  const [a, b, c] = tests
  if (!a) return () => true
  if (!b) return a
  if (!c) return (batch, row) => a(batch, row) && b(batch, row)
  if (tests.length === 3) return (batch, row) => a(batch, row) && b(batch, row) && c(batch, row)
  return (batch, row) => {
    for (const test of tests) if (!test(batch, row)) return false
    return true
  }
}

function someTest<B extends Batch>(tests: readonly RowTest<B>[]): RowTest<B> {
  const [a, b, c] = tests
  if (!a) return () => false
  if (!b) return a
  if (!c) return (batch, row) => a(batch, row) || b(batch, row)
  if (tests.length === 3) return (batch, row) => a(batch, row) || b(batch, row) || c(batch, row)
  return (batch, row) => {
    for (const test of tests) if (test(batch, row)) return true
    return false
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { RequiredLiteral } from '../criteria/required-literal.js'
import type { LeafNode, PredicateNode } from '../graph/predicate-graph.js'

/** Required literals of which at least one occurs wherever a node has a certain value. */
interface LiteralPrefilter<B extends Batch> {
  readonly literals: readonly RequiredLiteral<B>[]
  /** Expected frequency of the literals, without a unit. */
  readonly weight: number
}

/**
 * Finds the literals that must occur in the texts of a row for a node of the predicate graph to hold, or not to hold. If several
 * literals must all occur, the rarest is taken. If any one of several is sufficient, all are taken.
 */
export class LiteralPrefilters<B extends Batch> {
  /** Number of nodes that contain each required literal. A literal that many rules require is common in records too. */
  readonly #frequencies = new Map<string, number>()
  readonly #keyOf: (literal: RequiredLiteral<B>) => string
  readonly #known = { true: new Map<number, LiteralPrefilter<B> | null>(), false: new Map<number, LiteralPrefilter<B> | null>() }

  constructor(nodes: Iterable<PredicateNode<B>>, keyOf: (literal: RequiredLiteral<B>) => string) {
    this.#keyOf = keyOf
    for (const node of nodes) {
      for (const leaf of leavesIn(node))
        for (const literal of leaf.requiredLiterals?.literals ?? []) this.#countUse(keyOf(literal))
    }
  }

  /** Null: the node may have the value for any texts. */
  requiredFor(node: PredicateNode<B>, value: boolean): readonly RequiredLiteral<B>[] | null {
    return this.#prefilterOf(node, value)?.literals ?? null
  }

  #countUse(key: string): void {
    this.#frequencies.set(key, (this.#frequencies.get(key) ?? 0) + 1)
  }

  #prefilterOf(node: PredicateNode<B>, value: boolean): LiteralPrefilter<B> | null {
    const known = this.#known[`${value}`].get(node.id)
    if (known !== undefined) return known
    const prefilter = this.#findPrefilter(node, value)
    this.#known[`${value}`].set(node.id, prefilter)
    return prefilter
  }

  #findPrefilter(node: PredicateNode<B>, value: boolean): LiteralPrefilter<B> | null {
    switch (node.kind) {
      case 'constant':
        return node.value === value ? null : { literals: [], weight: 0 }
      case 'leaf':
        return node.requiredLiterals === null || node.requiredLiterals.defaultAnswer === value
          ? null
          : this.#weighted(node.requiredLiterals.literals)
      case 'all':
      case 'any': {
        const prefilters = node.terms.map(term => this.#prefilterOf(term, value))
        return (node.kind === 'all') === value ? rarest(prefilters) : union(prefilters)
      }
      default:
        return node satisfies never
    }
  }

  #weighted(literals: readonly RequiredLiteral<B>[]): LiteralPrefilter<B> {
    const weights = literals.map(literal => (this.#frequencies.get(this.#keyOf(literal)) ?? 1) * 0.5 ** effectiveLength(literal))
    return { literals, weight: weights.reduce((sum, weight) => sum + weight, 0) }
  }
}

/** Longer texts are rarer, up to some length. A literal that must be the whole text is rare at any length. */
const effectiveLength = ({ text, position }: Pick<RequiredLiteral<never>, 'text' | 'position'>): number =>
  Math.min(MAX_EFFECTIVE_LENGTH, position === 'whole' ? text.length + WHOLE_TEXT_BONUS : text.length)
const MAX_EFFECTIVE_LENGTH = 12
const WHOLE_TEXT_BONUS = 4

function rarest<B extends Batch>(prefilters: readonly (LiteralPrefilter<B> | null)[]): LiteralPrefilter<B> | null {
  let best: LiteralPrefilter<B> | null = null
  for (const prefilter of prefilters)
    if (prefilter !== null && (best === null || prefilter.weight < best.weight)) best = prefilter
  return best
}

function union<B extends Batch>(prefilters: readonly (LiteralPrefilter<B> | null)[]): LiteralPrefilter<B> | null {
  const literals: RequiredLiteral<B>[] = []
  let weight = 0
  for (const prefilter of prefilters) {
    if (prefilter === null) return null
    for (const literal of prefilter.literals) literals.push(literal)
    weight += prefilter.weight
  }
  return { literals, weight }
}

function leavesIn<B extends Batch>(root: PredicateNode<B>): Iterable<LeafNode<B>> {
  const leaves = new Map<number, LeafNode<B>>()
  const seen = new Set<number>()
  const visit = (node: PredicateNode<B>): void => {
    if (seen.has(node.id)) return
    seen.add(node.id)
    if (node.kind === 'leaf') leaves.set(node.id, node)
    else if (node.kind !== 'constant') for (const term of node.terms) visit(term)
  }
  visit(root)
  return leaves.values()
}

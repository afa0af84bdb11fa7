// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { Leaf, Node } from '../circuit/circuit.js'
import type { Clue } from './clue.js'

/** Clues of which at least one is met wherever a node has some value. */
interface Witness<B extends Batch> {
  readonly clues: readonly Clue<B>[]
  /** How often they may be expected to be met, in no particular unit. */
  readonly weight: number
}

/**
 * Finds for nodes of a circuit what must stand in the texts of a row for them to hold, or not to hold: of things that must all
 * be there the rarest one, of things of which any is enough all of them.
 */
export class Witnesses<B extends Batch> {
  /** In how many of the nodes each clue occurs: what many rules ask for is common in records too. */
  readonly #uses = new Map<string, number>()
  readonly #keyOf: (clue: Clue<B>) => string
  readonly #known = { true: new Map<number, Witness<B> | null>(), false: new Map<number, Witness<B> | null>() }

  constructor(nodes: Iterable<Node<B>>, keyOf: (clue: Clue<B>) => string) {
    this.#keyOf = keyOf
    for (const node of nodes) {
      for (const leaf of leavesIn(node)) for (const clue of leaf.clues?.clues ?? []) this.#use(keyOf(clue))
    }
  }

  /** Null: the node may have the value whatever texts there are. */
  of(node: Node<B>, value: boolean): readonly Clue<B>[] | null {
    return this.#of(node, value)?.clues ?? null
  }

  #use(key: string): void {
    this.#uses.set(key, (this.#uses.get(key) ?? 0) + 1)
  }

  #of(node: Node<B>, value: boolean): Witness<B> | null {
    const known = this.#known[`${value}`].get(node.id)
    if (known !== undefined) return known
    const witness = this.#find(node, value)
    this.#known[`${value}`].set(node.id, witness)
    return witness
  }

  #find(node: Node<B>, value: boolean): Witness<B> | null {
    switch (node.kind) {
      case 'constant':
        return node.value === value ? null : { clues: [], weight: 0 }
      case 'leaf':
        return node.clues === null || node.clues.otherwise === value ? null : this.#weighed(node.clues.clues)
      case 'all':
      case 'any': {
        const witnesses = node.terms.map(term => this.#of(term, value))
        return (node.kind === 'all') === value ? rarest(witnesses) : together(witnesses)
      }
      default:
        return node satisfies never
    }
  }

  #weighed(clues: readonly Clue<B>[]): Witness<B> {
    const weights = clues.map(clue => (this.#uses.get(this.#keyOf(clue)) ?? 1) * 0.5 ** signsIn(clue))
    return { clues, weight: weights.reduce((sum, weight) => sum + weight, 0) }
  }
}

/** Longer texts are rarer, up to some length; one that must be the whole is rare at any length. */
const signsIn = ({ text, where }: Pick<Clue<never>, 'text' | 'where'>): number =>
  Math.min(LONG, where === 'whole' ? text.length + SHORT : text.length)
const LONG = 12
const SHORT = 4

function rarest<B extends Batch>(witnesses: readonly (Witness<B> | null)[]): Witness<B> | null {
  let best: Witness<B> | null = null
  for (const witness of witnesses) if (witness !== null && (best === null || witness.weight < best.weight)) best = witness
  return best
}

function together<B extends Batch>(witnesses: readonly (Witness<B> | null)[]): Witness<B> | null {
  const clues: Clue<B>[] = []
  let weight = 0
  for (const witness of witnesses) {
    if (witness === null) return null
    for (const clue of witness.clues) clues.push(clue)
    weight += witness.weight
  }
  return { clues, weight }
}

function leavesIn<B extends Batch>(root: Node<B>): Iterable<Leaf<B>> {
  const leaves = new Map<number, Leaf<B>>()
  const seen = new Set<number>()
  const visit = (node: Node<B>): void => {
    if (seen.has(node.id)) return
    seen.add(node.id)
    if (node.kind === 'leaf') leaves.set(node.id, node)
    else if (node.kind !== 'constant') for (const term of node.terms) visit(term)
  }
  visit(root)
  return leaves.values()
}

// SPDX-License-Identifier: Apache-2.0
import type { SearchLiteral } from './gram-table.js'
import type { IndexSet } from './index-set.js'

/**
 * Finds which of many literals are a prefix of a text or, if `fromEnd`, a suffix. The search follows the text until no literal
 * continues. The branches of the tree are in one hash table, with node and character as the key.
 */
export class AffixTree {
  readonly #fromEnd: boolean
  readonly #mask: number
  /** By table slot: the node that the branch leaves. Node 0 is the root, so a branch that leads to it does not exist. */
  readonly #from: Int32Array
  readonly #codes: Uint16Array
  readonly #to: Int32Array
  /** By node: the number of the literal that ends there, -1 if none does. */
  readonly #numbers: Int32Array
  #nodes = 1

  /** No two entries have the same text. */
  constructor(entries: readonly SearchLiteral[], fromEnd: boolean) {
    const maxNodes = entries.reduce((sum, { text }) => sum + text.length, 1)
    const slots = 2 ** (33 - Math.clz32(maxNodes))
    this.#fromEnd = fromEnd
    this.#mask = slots - 1
    this.#from = new Int32Array(slots)
    this.#codes = new Uint16Array(slots)
    this.#to = new Int32Array(slots)
    this.#numbers = new Int32Array(maxNodes).fill(-1)
    for (const entry of entries) this.#add(entry)
  }

  search(text: string, found: IndexSet): void {
    const { length } = text
    let node = 0
    for (let step = 0; step < length; step++) {
      node = this.#to[this.#slotOf(node, text.charCodeAt(this.#fromEnd ? length - 1 - step : step))]!
      if (node === 0) return
      const number = this.#numbers[node]!
      if (number >= 0) found.add(number)
    }
  }

  #add({ text, number }: SearchLiteral): void {
    const { length } = text
    let node = 0
    for (let step = 0; step < length; step++) {
      const code = text.charCodeAt(this.#fromEnd ? length - 1 - step : step)
      const slot = this.#slotOf(node, code)
      if (this.#to[slot] === 0) {
        this.#from[slot] = node
        this.#codes[slot] = code
        this.#to[slot] = this.#nodes++
      }
      node = this.#to[slot]!
    }
    this.#numbers[node] = number
  }

  /** The slot of the branch, or the free slot for it. */
  #slotOf(node: number, code: number): number {
    let slot = Math.imul(Math.imul(node, NODE_FACTOR) ^ code, CODE_FACTOR) >>> 7
    for (slot &= this.#mask; this.#to[slot] !== 0; slot = (slot + 1) & this.#mask) {
      if (this.#from[slot] === node && this.#codes[slot] === code) return slot
    }
    return slot
  }
}

/** Odd and without a pattern, to spread neighbouring values. */
const NODE_FACTOR = 0x85ebca6b | 0
const CODE_FACTOR = 0x9e3779b1 | 0

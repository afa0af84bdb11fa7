// SPDX-License-Identifier: Apache-2.0
import type { Sought } from './gram-table.js'
import type { Marks } from './marks.js'

/**
 * Finds which of many texts another begins with or, if `fromEnd`, ends with: it is followed until no text goes on like it.
 * The branches of the tree lie in one table, found by the node that they leave and the character that they stand for.
 */
export class AffixTree {
  readonly #fromEnd: boolean
  readonly #mask: number
  /** By place in the table; node 0 is the root, so a branch that leads there is none. */
  readonly #from: Int32Array
  readonly #codes: Uint16Array
  readonly #to: Int32Array
  /** By node: the number of the text that ends there, -1 if none does. */
  readonly #numbers: Int32Array
  #nodes = 1

  /** No two entries have the same text. */
  constructor(entries: readonly Sought[], fromEnd: boolean) {
    const most = entries.reduce((sum, { text }) => sum + text.length, 1)
    const places = 2 ** (33 - Math.clz32(most))
    this.#fromEnd = fromEnd
    this.#mask = places - 1
    this.#from = new Int32Array(places)
    this.#codes = new Uint16Array(places)
    this.#to = new Int32Array(places)
    this.#numbers = new Int32Array(most).fill(-1)
    for (const entry of entries) this.#add(entry)
  }

  search(text: string, found: Marks): void {
    const { length } = text
    let node = 0
    for (let step = 0; step < length; step++) {
      node = this.#to[this.#placeOf(node, text.charCodeAt(this.#fromEnd ? length - 1 - step : step))]!
      if (node === 0) return
      const number = this.#numbers[node]!
      if (number >= 0) found.add(number)
    }
  }

  #add({ text, number }: Sought): void {
    const { length } = text
    let node = 0
    for (let step = 0; step < length; step++) {
      const code = text.charCodeAt(this.#fromEnd ? length - 1 - step : step)
      const place = this.#placeOf(node, code)
      if (this.#to[place] === 0) {
        this.#from[place] = node
        this.#codes[place] = code
        this.#to[place] = this.#nodes++
      }
      node = this.#to[place]!
    }
    this.#numbers[node] = number
  }

  /** Where the branch is or, if there is none, could be put. */
  #placeOf(node: number, code: number): number {
    let place = Math.imul(Math.imul(node, NODE_FACTOR) ^ code, CODE_FACTOR) >>> 7
    for (place &= this.#mask; this.#to[place] !== 0; place = (place + 1) & this.#mask) {
      if (this.#from[place] === node && this.#codes[place] === code) return place
    }
    return place
  }
}

/** Odd and without a pattern, so that neighbours are spread. */
const NODE_FACTOR = 0x85ebca6b | 0
const CODE_FACTOR = 0x9e3779b1 | 0

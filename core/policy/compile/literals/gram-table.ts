// SPDX-License-Identifier: Apache-2.0
import type { IndexSet } from './index-set.js'

/** A literal, and the number that is added to the result where it is found. */
export interface SearchLiteral {
  readonly text: string
  readonly number: number
}

/** Slots per literal, so that most grams of a searched text lead to an empty slot. */
const SLOTS_PER_LITERAL = 8
const MAX_BITS = 16
const FILTER_BITS = 17

/**
 * Finds which of many literals a text contains, in one pass. Each literal is stored under one of its grams (a fixed number of
 * consecutive characters): the gram that the fewest other literals contain. The whole literal is compared only where this gram
 * occurs.
 */
export class GramTable {
  readonly #mask: number
  readonly #shift: number
  /** One bit per hash of an entry's gram; small enough for the processor cache. */
  readonly #gramFilter = new Uint8Array(1 << (FILTER_BITS - 3))
  /** First entry by hash of its gram; -1 if there is none. */
  readonly #first: Int32Array
  readonly #next: Int32Array
  readonly #grams: Int32Array
  /** Number of characters of an entry's text up to the end of its gram, inclusive. */
  readonly #gramEnds: Int32Array
  readonly #entries: readonly SearchLiteral[]

  /** `size`: characters per gram, 1 to 4. No text may be shorter. */
  constructor(size: number, entries: readonly SearchLiteral[]) {
    this.#mask = size === 4 ? -1 : (1 << (8 * size)) - 1
    const bits = Math.min(MAX_BITS, 32 - Math.clz32(entries.length * SLOTS_PER_LITERAL))
    this.#shift = 32 - bits
    this.#entries = entries
    this.#first = new Int32Array(1 << bits).fill(-1)
    this.#next = new Int32Array(entries.length)
    this.#grams = new Int32Array(entries.length)
    this.#gramEnds = new Int32Array(entries.length)
    const frequencies = this.#countGrams(size)
    for (const [entry, { text }] of entries.entries()) this.#insert(entry, this.#rarest(text, size, frequencies))
  }

  search(text: string, found: IndexSet): void {
    const mask = this.#mask
    const gramFilter = this.#gramFilter
    let gram = 0
    for (let at = 0; at < text.length; at++) {
      gram = ((gram << 8) | (text.charCodeAt(at) & 0xff)) & mask
      const hash = Math.imul(gram, MULTIPLIER) >>> (32 - FILTER_BITS)
      if ((gramFilter[hash >>> 3]! >>> (hash & 7)) & 1) this.#compare(gram, text, at + 1, found)
    }
  }

  #compare(gram: number, text: string, end: number, found: IndexSet): void {
    for (let entry = this.#first[Math.imul(gram, MULTIPLIER) >>> this.#shift]!; entry >= 0; entry = this.#next[entry]!) {
      if (this.#grams[entry] !== gram) continue
      const literal = this.#entries[entry]!
      if (!found.has(literal.number) && text.startsWith(literal.text, end - this.#gramEnds[entry]!)) found.add(literal.number)
    }
  }

  #insert(entry: number, { gram, end }: { readonly gram: number; readonly end: number }): void {
    const slot = Math.imul(gram, MULTIPLIER) >>> this.#shift
    const hash = Math.imul(gram, MULTIPLIER) >>> (32 - FILTER_BITS)
    this.#gramFilter[hash >>> 3]! |= 1 << (hash & 7)
    this.#grams[entry] = gram
    this.#gramEnds[entry] = end
    this.#next[entry] = this.#first[slot]!
    this.#first[slot] = entry
  }

  #countGrams(size: number): ReadonlyMap<number, number> {
    const frequencies = new Map<number, number>()
    for (const { text } of this.#entries) {
      for (const gram of new Set(gramsOf(text, size, this.#mask))) frequencies.set(gram, (frequencies.get(gram) ?? 0) + 1)
    }
    return frequencies
  }

  #rarest(text: string, size: number, frequencies: ReadonlyMap<number, number>): { readonly gram: number; readonly end: number } {
    let best = { gram: 0, end: 0 }
    let lowestCount = Number.POSITIVE_INFINITY
    for (const [index, gram] of gramsOf(text, size, this.#mask).entries()) {
      const count = frequencies.get(gram) ?? 0
      if (count >= lowestCount) continue
      lowestCount = count
      best = { gram, end: index + size }
    }
    return best
  }
}

function gramsOf(text: string, size: number, mask: number): readonly number[] {
  const grams: number[] = []
  let gram = 0
  for (let at = 0; at < text.length; at++) {
    gram = ((gram << 8) | (text.charCodeAt(at) & 0xff)) & mask
    if (at + 1 >= size) grams.push(gram)
  }
  return grams
}

/** The golden ratio: spreads grams that differ in few bits. */
const MULTIPLIER = 0x9e3779b1 | 0

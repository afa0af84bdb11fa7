// SPDX-License-Identifier: Apache-2.0
import { randomInt32 } from './file-table.js'
import { decodeUtf8 } from './text-decoding.js'

/**
 * Caches values that are created from short texts, and finds them by the bytes of the text without decoding it: a trace repeats
 * the same paths and users. The size is bounded for any input: each text has four possible slots, and if these are taken, the
 * newest text replaces one of them. Texts that are crafted to collide only cause values to be created again.
 */
export class Interned<T> {
  readonly #create: (text: string, kind: number) => T
  readonly #maxBytes: number
  readonly #sets: number
  /** By slot: hash of its text, and its entry from 1; 0 is a free slot. */
  readonly #hashes: Int32Array
  readonly #entries: Int32Array
  /** By entry: length in bytes, kind, bytes as words. */
  readonly #lengths: Int32Array
  readonly #kinds: Int32Array
  readonly #keys: Int32Array
  readonly #values: T[] = []
  readonly #factors: Int32Array
  #victim = 0

  /** `slots`: number of cached values, a power of two from 4 on; 0: no caching. */
  constructor(slots: number, create: (text: string, kind: number) => T) {
    this.#create = create
    this.#maxBytes = slots === 0 ? -1 : MAX_WORDS * 4
    this.#sets = slots / WAYS
    this.#hashes = new Int32Array(slots)
    this.#entries = new Int32Array(slots)
    this.#lengths = new Int32Array(slots)
    this.#kinds = new Int32Array(slots)
    this.#keys = new Int32Array(slots * MAX_WORDS)
    this.#factors = Int32Array.from({ length: MAX_WORDS + 1 }, randomInt32)
  }

  /**
   * The value for the UTF-8 text from `start` to `end` of `bytes` and for `kind`, any 32-bit number. `view` covers the same
   * memory as `bytes`.
   */
  of(bytes: Buffer, view: DataView, start: number, end: number, kind: number): T {
    const length = end - start
    if (length > this.#maxBytes) return this.#create(decodeUtf8(bytes, start, end), kind)
    const hash = this.#hash(view, start, length, kind)
    const first = (hash & (this.#sets - 1)) * WAYS
    for (let slot = first; slot < first + WAYS; slot++) {
      if (this.#hashes[slot] !== hash) continue
      const entry = (this.#entries[slot] as number) - 1
      if (entry >= 0 && this.#isSame(entry, view, start, length, kind)) return this.#values[entry] as T
    }
    const value = this.#create(decodeUtf8(bytes, start, end), kind)
    this.#insert(first, hash, value, view, start, length, kind)
    return value
  }

  #hash(view: DataView, start: number, length: number, kind: number): number {
    const factors = this.#factors
    let hash = Math.imul(kind ^ (length << 16), factors[MAX_WORDS] as number)
    if (length < 4) {
      hash = (hash + Math.imul(shortWord(view, start, length), factors[0] as number)) | 0
    } else {
      const last = start + length - 4
      let word = 0
      let at = start
      for (; at < last - 12; at += 16) {
        hash +=
          Math.imul(view.getInt32(at, true), factors[word] as number) +
          Math.imul(view.getInt32(at + 4, true), factors[word + 1] as number) +
          Math.imul(view.getInt32(at + 8, true), factors[word + 2] as number) +
          Math.imul(view.getInt32(at + 12, true), factors[word + 3] as number)
        hash |= 0
        word += 4
      }
      for (; at < last; at += 4) hash = (hash + Math.imul(view.getInt32(at, true), factors[word++] as number)) | 0
      hash = (hash + Math.imul(view.getInt32(last, true), factors[word] as number)) | 0
    }
    hash ^= hash >>> 15
    return Math.imul(hash, 0x2c1b3c6d) ^ (hash >>> 12)
  }

  #isSame(entry: number, view: DataView, start: number, length: number, kind: number): boolean {
    if (this.#lengths[entry] !== length || this.#kinds[entry] !== kind) return false
    const keys = this.#keys
    let word = entry * MAX_WORDS
    if (length < 4) return keys[word] === shortWord(view, start, length)
    const last = start + length - 4
    let at = start
    for (; at < last - 12; at += 16) {
      const differing =
        ((keys[word] as number) ^ view.getInt32(at, true)) |
        ((keys[word + 1] as number) ^ view.getInt32(at + 4, true)) |
        ((keys[word + 2] as number) ^ view.getInt32(at + 8, true)) |
        ((keys[word + 3] as number) ^ view.getInt32(at + 12, true))
      if (differing !== 0) return false
      word += 4
    }
    for (; at < last; at += 4) if (keys[word++] !== view.getInt32(at, true)) return false
    return keys[word] === view.getInt32(last, true)
  }

  #insert(first: number, hash: number, value: T, view: DataView, start: number, length: number, kind: number): void {
    let slot = first
    while (slot < first + WAYS && this.#entries[slot] !== 0) slot++
    if (slot === first + WAYS) slot = first + (this.#victim++ % WAYS)
    // Entries are assigned in order, so memory is touched only as it is needed.
    const entry = (this.#entries[slot] || this.#values.push(value)) - 1
    this.#values[entry] = value
    this.#entries[slot] = entry + 1
    this.#hashes[slot] = hash
    this.#lengths[entry] = length
    this.#kinds[entry] = kind
    let word = entry * MAX_WORDS
    const last = start + length - 4
    for (let at = start; at < last; at += 4) this.#keys[word++] = view.getInt32(at, true)
    this.#keys[word] = length < 4 ? shortWord(view, start, length) : view.getInt32(last, true)
  }
}

const WAYS = 4
/**
 * Maximum number of words of a cached text; longer texts are not worth the memory. Texts are compared in words of four bytes;
 * the last word overlaps the one before it. Four words at a time cost a third less than one by one.
 */
const MAX_WORDS = 64

/** Packs fewer than four bytes into one number. */
function shortWord(view: DataView, start: number, length: number): number {
  let word = 0
  for (let at = 0; at < length; at++) word = (word << 8) | view.getUint8(start + at)
  return word
}

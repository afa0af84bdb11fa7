// SPDX-License-Identifier: Apache-2.0
import type { FileEntity } from './entities.js'

/** Files by their 20-byte identity, read as five words straight from a block. Open addressing, at most half full. */
export class FileTable {
  /** Number of an entry, from 1; 0 is a free place. */
  #places = new Int32Array(SMALLEST)
  /** Entries in the order in which they came: identity, its hash, the file. */
  #words = new Int32Array((SMALLEST / 2) * WORDS)
  #hashes = new Int32Array(SMALLEST / 2)
  readonly #files: FileEntity[] = []
  readonly #seed = Math.trunc(Math.random() * 0x7fffffff)

  get size(): number {
    return this.#files.length
  }

  /** The file whose identity stands at `at`; 20 bytes must be there. */
  find(bytes: Uint8Array, at: number): FileEntity | null {
    const entry = this.#entry(bytes, at, this.#hash(bytes, at))
    return entry < 0 ? null : (this.#files[entry] as FileEntity)
  }

  /** Files `file` under the identity at `at`; the newest record wins. */
  file(bytes: Uint8Array, at: number, file: FileEntity): void {
    const hash = this.#hash(bytes, at)
    const found = this.#entry(bytes, at, hash)
    if (found >= 0) {
      this.#files[found] = file
      return
    }
    const entry = this.#files.length
    if (entry === this.#hashes.length) this.#grow()
    this.#files.push(file)
    this.#hashes[entry] = hash
    for (let part = 0; part < WORDS; part++) this.#words[entry * WORDS + part] = word(bytes, at + 4 * part)
    this.#put(entry, hash)
  }

  /** The arrays are kept unless they are large: a trace mostly needs about as many as the one before it. */
  clear(): void {
    this.#files.length = 0
    if (this.#hashes.length <= LARGEST_KEPT) {
      this.#places.fill(0)
      return
    }
    this.#places = new Int32Array(SMALLEST)
    this.#words = new Int32Array((SMALLEST / 2) * WORDS)
    this.#hashes = new Int32Array(SMALLEST / 2)
  }

  #entry(bytes: Uint8Array, at: number, hash: number): number {
    const places = this.#places
    const words = this.#words
    const mask = places.length - 1
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const entry = (places[place] as number) - 1
      if (entry < 0) return -1
      const start = entry * WORDS
      if (
        this.#hashes[entry] === hash &&
        words[start] === word(bytes, at) &&
        words[start + 1] === word(bytes, at + 4) &&
        words[start + 2] === word(bytes, at + 8) &&
        words[start + 3] === word(bytes, at + 12) &&
        words[start + 4] === word(bytes, at + 16)
      )
        return entry
    }
  }

  #put(entry: number, hash: number): void {
    const places = this.#places
    const mask = places.length - 1
    let place = hash & mask
    while (places[place] !== 0) place = (place + 1) & mask
    places[place] = entry + 1
  }

  #grow(): void {
    const hashes = this.#hashes
    const words = this.#words
    this.#places = new Int32Array(this.#places.length * 2)
    this.#hashes = new Int32Array(hashes.length * 2)
    this.#words = new Int32Array(words.length * 2)
    this.#hashes.set(hashes)
    this.#words.set(words)
    for (let entry = 0; entry < hashes.length; entry++) this.#put(entry, hashes[entry] as number)
  }

  /** Seeded, so that nobody can write a trace whose files all meet in one place. */
  #hash(bytes: Uint8Array, at: number): number {
    let hash = Math.imul(word(bytes, at) ^ this.#seed, 0x9e3779b1)
    hash = Math.imul(hash ^ (hash >>> 15) ^ word(bytes, at + 4), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13) ^ word(bytes, at + 8), 0xc2b2ae35)
    hash = Math.imul(hash ^ (hash >>> 15) ^ word(bytes, at + 12), 0x27d4eb2f)
    hash = Math.imul(hash ^ (hash >>> 13) ^ word(bytes, at + 16), 0x165667b1)
    return hash ^ (hash >>> 16)
  }
}

const SMALLEST = 256
const LARGEST_KEPT = 32 * 1024
const WORDS = 5

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  )
}

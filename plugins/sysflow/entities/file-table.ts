// SPDX-License-Identifier: Apache-2.0
import type { FileEntity } from './entities.js'

/**
 * Files by their 20-byte identity, read as five words directly from a block. Each bucket has a chain of files, one on average.
 */
export class FileTable {
  /** By bucket: the first file of the chain, as an index from 1; 0 ends a chain. */
  #bucketHeads = new Int32Array(MIN_BUCKETS)
  /** By file: the next file of its chain. */
  #chainNext = new Int32Array(MIN_BUCKETS)
  #shift = 32 - Math.log2(MIN_BUCKETS)
  /** Has as many elements as there are buckets. Elements from `#size` on are unused. */
  #files: (FileEntity | null)[] = new Array<FileEntity | null>(MIN_BUCKETS).fill(null)
  #size = 0
  readonly #factors = randomFactors()

  get size(): number {
    return this.#size
  }

  /** The file with the identity at offset `at`; 20 bytes must be there. */
  find(view: DataView, at: number): FileEntity | null {
    const id0 = view.getInt32(at, true)
    const id1 = view.getInt32(at + 4, true)
    const id2 = view.getInt32(at + 8, true)
    const id3 = view.getInt32(at + 12, true)
    const id4 = view.getInt32(at + 16, true)
    const files = this.#files
    let entry = this.#bucketHeads[this.#bucketOf(id0, id1, id2, id3, id4)] as number
    while (entry !== 0) {
      const file = files[entry - 1] as FileEntity
      if (file.id0 === id0 && file.id1 === id1 && file.id2 === id2 && file.id3 === id3 && file.id4 === id4) return file
      entry = this.#chainNext[entry - 1] as number
    }
    return null
  }

  /** The newest record of an identity replaces older ones. */
  insert(file: FileEntity): void {
    const { id0, id1, id2, id3, id4 } = file
    const files = this.#files
    let bucket = this.#bucketOf(id0, id1, id2, id3, id4)
    for (let entry = this.#bucketHeads[bucket] as number; entry !== 0; entry = this.#chainNext[entry - 1] as number) {
      const existing = files[entry - 1] as FileEntity
      if (existing.id0 === id0 && existing.id1 === id1 && existing.id2 === id2 && existing.id3 === id3 && existing.id4 === id4) {
        files[entry - 1] = file
        return
      }
    }
    if (this.#size === this.#bucketHeads.length) {
      this.#resize(this.#size * 2)
      bucket = this.#bucketOf(id0, id1, id2, id3, id4)
    }
    this.#files[this.#size] = file
    this.#chainNext[this.#size] = this.#bucketHeads[bucket] as number
    this.#bucketHeads[bucket] = ++this.#size
  }

  /** The arrays are reused unless they are large: a trace mostly needs about as many files as the one before it. */
  clear(): void {
    this.#files.fill(null, 0, this.#size)
    this.#size = 0
    if (this.#bucketHeads.length <= MAX_RETAINED_BUCKETS) this.#bucketHeads.fill(0)
    else this.#resize(MIN_BUCKETS)
  }

  /** Number of files in the longest chain, for tests of hostile traces. */
  get longestChain(): number {
    let longest = 0
    for (let entry of this.#bucketHeads) {
      let length = 0
      for (; entry !== 0; entry = this.#chainNext[entry - 1] as number) length++
      longest = Math.max(longest, length)
    }
    return longest
  }

  #resize(bucketCount: number): void {
    this.#shift = 32 - Math.log2(bucketCount)
    this.#bucketHeads = new Int32Array(bucketCount)
    this.#chainNext = new Int32Array(bucketCount)
    const files = this.#files
    this.#files = new Array<FileEntity | null>(bucketCount).fill(null)
    for (let at = 0; at < this.#size; at++) {
      const file = files[at] as FileEntity
      const bucket = this.#bucketOf(file.id0, file.id1, file.id2, file.id3, file.id4)
      this.#files[at] = file
      this.#chainNext[at] = this.#bucketHeads[bucket] as number
      this.#bucketHeads[bucket] = at + 1
    }
  }

  /**
   * Multiply-shift over half words with secret random factors: any two identities fall into the same one of up to 2^17 buckets
   * no more often than by chance. So a hostile trace cannot put all its files into one bucket.
   */
  #bucketOf(id0: number, id1: number, id2: number, id3: number, id4: number): number {
    const { a, b, c, d, e, f, g, h, i, j } = this.#factors
    return (
      (Math.imul(a, id0 & 0xffff) +
        Math.imul(b, id0 >>> 16) +
        Math.imul(c, id1 & 0xffff) +
        Math.imul(d, id1 >>> 16) +
        Math.imul(e, id2 & 0xffff) +
        Math.imul(f, id2 >>> 16) +
        Math.imul(g, id3 & 0xffff) +
        Math.imul(h, id3 >>> 16) +
        Math.imul(i, id4 & 0xffff) +
        Math.imul(j, id4 >>> 16)) >>>
      this.#shift
    )
  }
}

const MIN_BUCKETS = 256
const MAX_RETAINED_BUCKETS = 32 * 1024

/** Factors of 32 random bits each. */
const randomFactors = () => ({
  a: randomInt32(), b: randomInt32(), c: randomInt32(), d: randomInt32(), e: randomInt32(), f: randomInt32(), g: randomInt32(), h: randomInt32(), i: randomInt32(), j: randomInt32(),
}) // biome-ignore format: short

/** One of all 2^32 values, for the factors of a table. */
export const randomInt32 = (): number => (Math.random() * 0x100000000) | 0

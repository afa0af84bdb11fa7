// SPDX-License-Identifier: Apache-2.0
import type { FileEntity } from './entities.js'

/** Files by their 20-byte identity, read as five words straight from a block. A place has a chain of files, one on average. */
export class FileTable {
  /** By place: the first file of its chain, as a number from 1; 0 ends a chain. */
  #first = new Int32Array(SMALLEST)
  /** By file: the next one of its chain. */
  #next = new Int32Array(SMALLEST)
  #shift = 32 - Math.log2(SMALLEST)
  /** As many as there are places; those from `#size` on are no files. */
  #files: (FileEntity | null)[] = new Array<FileEntity | null>(SMALLEST).fill(null)
  #size = 0
  readonly #factors = idFactors()

  get size(): number {
    return this.#size
  }

  /** The file whose identity stands at `at`; 20 bytes must be there. */
  find(view: DataView, at: number): FileEntity | null {
    const id0 = view.getInt32(at, true)
    const id1 = view.getInt32(at + 4, true)
    const id2 = view.getInt32(at + 8, true)
    const id3 = view.getInt32(at + 12, true)
    const id4 = view.getInt32(at + 16, true)
    const files = this.#files
    let number = this.#first[this.#place(id0, id1, id2, id3, id4)] as number
    while (number !== 0) {
      const file = files[number - 1] as FileEntity
      if (file.id0 === id0 && file.id1 === id1 && file.id2 === id2 && file.id3 === id3 && file.id4 === id4) return file
      number = this.#next[number - 1] as number
    }
    return null
  }

  /** The newest record of an identity wins. */
  file(file: FileEntity): void {
    const { id0, id1, id2, id3, id4 } = file
    const files = this.#files
    let place = this.#place(id0, id1, id2, id3, id4)
    for (let number = this.#first[place] as number; number !== 0; number = this.#next[number - 1] as number) {
      const one = files[number - 1] as FileEntity
      if (one.id0 === id0 && one.id1 === id1 && one.id2 === id2 && one.id3 === id3 && one.id4 === id4) {
        files[number - 1] = file
        return
      }
    }
    if (this.#size === this.#first.length) {
      this.#resize(this.#size * 2)
      place = this.#place(id0, id1, id2, id3, id4)
    }
    this.#files[this.#size] = file
    this.#next[this.#size] = this.#first[place] as number
    this.#first[place] = ++this.#size
  }

  /** The arrays are kept unless they are large: a trace mostly needs about as many as the one before it. */
  clear(): void {
    this.#files.fill(null, 0, this.#size)
    this.#size = 0
    if (this.#first.length <= LARGEST_KEPT) this.#first.fill(0)
    else this.#resize(SMALLEST)
  }

  /** Files in the fullest place: what tests of hostile traces look at. */
  get longestChain(): number {
    let longest = 0
    for (let number of this.#first) {
      let length = 0
      for (; number !== 0; number = this.#next[number - 1] as number) length++
      longest = Math.max(longest, length)
    }
    return longest
  }

  #resize(places: number): void {
    this.#shift = 32 - Math.log2(places)
    this.#first = new Int32Array(places)
    this.#next = new Int32Array(places)
    const files = this.#files
    this.#files = new Array<FileEntity | null>(places).fill(null)
    for (let at = 0; at < this.#size; at++) {
      const file = files[at] as FileEntity
      const place = this.#place(file.id0, file.id1, file.id2, file.id3, file.id4)
      this.#files[at] = file
      this.#next[at] = this.#first[place] as number
      this.#first[place] = at + 1
    }
  }

  /**
   * Multiply-shift over halves of words, with factors that nobody outside knows: two identities, however they are chosen, meet
   * in one of up to 2^17 places no more often than by chance. So nobody can write a trace whose files all do.
   */
  #place(id0: number, id1: number, id2: number, id3: number, id4: number): number {
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

const SMALLEST = 256
const LARGEST_KEPT = 32 * 1024

/** Any 32 bits each. */
const idFactors = () => ({
  a: anyWord(), b: anyWord(), c: anyWord(), d: anyWord(), e: anyWord(), f: anyWord(), g: anyWord(), h: anyWord(), i: anyWord(), j: anyWord(),
}) // biome-ignore format: short

/** One of all 2^32, for factors of a table. */
export const anyWord = (): number => (Math.random() * 0x100000000) | 0

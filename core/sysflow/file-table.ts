// SPDX-License-Identifier: Apache-2.0
import type { FileEntity } from './entities.js'

/** Files by their 20-byte identity, read as five words straight from a block. Open addressing, at most half full. */
export class FileTable {
  #files: (FileEntity | null)[] = new Array<FileEntity | null>(SMALLEST).fill(null)
  #words = new Int32Array(SMALLEST * WORDS)
  #mask = SMALLEST - 1
  #size = 0
  readonly #seed = Math.trunc(Math.random() * 0x7fffffff)

  get size(): number {
    return this.#size
  }

  /** The file whose identity stands at `at`; 20 bytes must be there. */
  find(bytes: Uint8Array, at: number): FileEntity | null {
    const first = word(bytes, at)
    const second = word(bytes, at + 4)
    const third = word(bytes, at + 8)
    const fourth = word(bytes, at + 12)
    const fifth = word(bytes, at + 16)
    const place = this.#place(first, second, third, fourth, fifth)
    return this.#files[place] as FileEntity | null
  }

  /** Files `file` under the identity at `at`; the newest record wins. */
  file(bytes: Uint8Array, at: number, file: FileEntity): void {
    if ((this.#size + 1) * 2 > this.#files.length) this.#grow()
    const first = word(bytes, at)
    const second = word(bytes, at + 4)
    const third = word(bytes, at + 8)
    const fourth = word(bytes, at + 12)
    const fifth = word(bytes, at + 16)
    this.#put(this.#place(first, second, third, fourth, fifth), first, second, third, fourth, fifth, file)
  }

  clear(): void {
    this.#reserve(SMALLEST)
  }

  /** Where the identity stands, or the free place where it would. */
  #place(first: number, second: number, third: number, fourth: number, fifth: number): number {
    const words = this.#words
    const mask = this.#mask
    let hash = Math.imul(first ^ this.#seed, 0x9e3779b1)
    hash = Math.imul(hash ^ (hash >>> 15) ^ second, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13) ^ third, 0xc2b2ae35)
    hash = Math.imul(hash ^ (hash >>> 15) ^ fourth, 0x27d4eb2f)
    hash = Math.imul(hash ^ (hash >>> 13) ^ fifth, 0x165667b1)
    for (let place = (hash ^ (hash >>> 16)) & mask; ; place = (place + 1) & mask) {
      const at = place * WORDS
      if (
        words[at] === first &&
        words[at + 1] === second &&
        words[at + 2] === third &&
        words[at + 3] === fourth &&
        words[at + 4] === fifth &&
        this.#files[place] !== null
      )
        return place
      if (this.#files[place] === null) return place
    }
  }

  #put(place: number, first: number, second: number, third: number, fourth: number, fifth: number, file: FileEntity): void {
    if (this.#files[place] === null) this.#size++
    this.#files[place] = file
    this.#words.set([first, second, third, fourth, fifth], place * WORDS)
  }

  #grow(): void {
    const files = this.#files
    const words = this.#words
    this.#reserve(files.length * 2)
    for (let old = 0; old < files.length; old++) {
      const file = files[old] as FileEntity | null
      if (file === null) continue
      const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0] = words.subarray(old * WORDS, old * WORDS + WORDS)
      this.#put(this.#place(first, second, third, fourth, fifth), first, second, third, fourth, fifth, file)
    }
  }

  #reserve(places: number): void {
    this.#files = new Array<FileEntity | null>(places).fill(null)
    this.#words = new Int32Array(places * WORDS)
    this.#mask = places - 1
    this.#size = 0
  }
}

const SMALLEST = 256
const WORDS = 5

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  )
}

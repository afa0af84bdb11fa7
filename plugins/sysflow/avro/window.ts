// SPDX-License-Identifier: Apache-2.0
import type { ByteSource } from '../../../core/input/byte-source.js'

/** The stretch of a source that is in memory: it slides forward and is never larger than what was asked for at once. */
export class Window {
  bytes: Buffer = Buffer.alloc(0)
  /** Bytes from `at` up to `end` are there to be taken. */
  at = 0
  end = 0
  readonly #source: ByteSource
  /** Place of `bytes[0]` in the source. */
  #base = 0
  #isAtEnd = false

  constructor(source: ByteSource) {
    this.#source = source
  }

  /** Place of `at` in the source. */
  get offset(): number {
    return this.#base + this.at
  }

  get available(): number {
    return this.end - this.at
  }

  /** Whether `count` bytes can be taken; reads on if need be. */
  async has(count: number): Promise<boolean> {
    while (this.available < count && !this.#isAtEnd) {
      const read = await this.#read(count)
      this.end += read
      this.#isAtEnd = read === 0
    }
    return this.available >= count
  }

  /** Grows by doubling, and only as bytes really arrive, whatever length was claimed. */
  #read(count: number): Promise<number> {
    const space = Math.min(count, Math.max(CHUNK, this.available * 2))
    if (this.at + space > this.bytes.length || this.end === this.bytes.length) {
      const room = Math.max(space, CHUNK)
      const target =
        room > this.bytes.length || this.end - this.at === this.bytes.length ? Buffer.allocUnsafeSlow(room) : this.bytes
      this.bytes.copy(target, 0, this.at, this.end)
      this.#base += this.at
      this.end -= this.at
      this.at = 0
      this.bytes = target
    }
    return this.#source.read(this.bytes, this.end, this.bytes.length - this.end, this.#base + this.end)
  }
}

const CHUNK = 256 * 1024

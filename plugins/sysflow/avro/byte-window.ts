// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '../../../core/input/byte-reader.js'

/** The part of an input that is in memory. It slides forward and is never larger than the largest request needs. */
export class ByteWindow {
  bytes: Buffer = Buffer.alloc(0)
  /** Bytes from `position` up to `end` are available. */
  position = 0
  end = 0
  readonly #source: ByteReader
  /** Offset of `bytes[0]` in the input. */
  #baseOffset = 0
  #isAtEnd = false

  constructor(source: ByteReader) {
    this.#source = source
  }

  /** Offset of `position` in the input. */
  get offset(): number {
    return this.#baseOffset + this.position
  }

  get available(): number {
    return this.end - this.position
  }

  /** Resolves to true if `count` bytes are available; reads more if necessary. */
  async has(count: number): Promise<boolean> {
    while (this.available < count && !this.#isAtEnd) {
      const read = await this.#read(count)
      this.end += read
      this.#isAtEnd = read === 0
    }
    return this.available >= count
  }

  /** The buffer grows by doubling, and only as bytes arrive, whatever length the input claims. */
  #read(count: number): Promise<number> {
    const space = Math.min(count, Math.max(MIN_READ_BYTES, this.available * 2))
    if (this.position + space > this.bytes.length || this.end === this.bytes.length) {
      const capacity = Math.max(space, MIN_READ_BYTES)
      const target =
        capacity > this.bytes.length || this.end - this.position === this.bytes.length
          ? Buffer.allocUnsafeSlow(capacity)
          : this.bytes
      this.bytes.copy(target, 0, this.position, this.end)
      this.#baseOffset += this.position
      this.end -= this.position
      this.position = 0
      this.bytes = target
    }
    return this.#source.read(this.bytes, this.end, this.bytes.length - this.end, this.#baseOffset + this.end)
  }
}

const MIN_READ_BYTES = 256 * 1024

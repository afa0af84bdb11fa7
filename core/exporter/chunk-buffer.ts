// SPDX-License-Identifier: Apache-2.0

import { clockDigits } from '../contract/clock.js'
import type { Chunk, ChunkWriter, Framing } from '../contract/exporter.js'
import type { MetaBuffer } from './metadata/meta-buffer.js'

/**
 * The buffer that encoders write to. It grows when a record needs more room and is reused for the next chunk. With the framing
 * `lines` a line feed follows each record.
 */
export class ChunkBuffer implements ChunkWriter {
  /** Metadata of the records, if the transport needs any; the exporter writes it. */
  readonly meta: MetaBuffer | undefined
  readonly #initialSize: number
  readonly #framing: Framing
  #buffer: Buffer
  #view: DataView
  #ends = new Uint32Array(1024)
  #position = 0
  #length = 0

  /** `size`: bytes that the buffer retains between chunks. */
  constructor(size = 512 * 1024, framing: Framing = 'lines', meta?: MetaBuffer) {
    this.meta = meta
    this.#framing = framing
    this.#initialSize = size
    this.#buffer = Buffer.allocUnsafe(size)
    this.#view = dataViewOf(this.#buffer)
  }

  /** Number of finished records. */
  get length(): number {
    return this.#length
  }

  /** Number of bytes written. */
  get size(): number {
    return this.#position
  }

  /** The content written so far; valid until the next `clear` or write. */
  chunk(): Chunk {
    const bytes = this.#buffer.subarray(0, this.#position)
    const chunk = { bytes, length: this.#length, ends: this.#ends.subarray(0, this.#length) }
    if (this.#framing === 'lines' && !this.meta) return chunk
    return { ...chunk, framing: this.#framing, meta: this.meta?.content() }
  }

  /** One finished record, with the line feed of its framing; valid until the next `clear` or write. */
  record(index: number): Uint8Array {
    return this.#buffer.subarray(index === 0 ? 0 : this.#ends[index - 1], this.#ends[index])
  }

  /** Whether no unfinished record follows the last finished one. */
  get isAtRecordEnd(): boolean {
    return this.#position === (this.#length === 0 ? 0 : this.#ends[this.#length - 1])
  }

  /** Removes everything after the first `length` records. */
  truncate(length: number): void {
    this.meta?.truncate(length)
    this.#length = length
    this.#position = length === 0 ? 0 : (this.#ends[length - 1] as number)
  }

  /** Begins an empty chunk. Frees the memory that the buffer grew by for one large record. */
  clear(): void {
    this.meta?.truncate(0)
    this.#position = 0
    this.#length = 0
    if (this.#buffer.length <= 4 * this.#initialSize) return
    this.#buffer = Buffer.allocUnsafe(this.#initialSize)
    this.#view = dataViewOf(this.#buffer)
  }

  text(text: string): void {
    const length = text.length
    // A UTF-16 unit takes at most three bytes of UTF-8.
    this.#reserve(length * 3)
    if (length <= MAX_LOOPED_TEXT_LENGTH && this.#ascii(text)) return
    this.#position += this.#buffer.write(text, this.#position, 'utf8')
  }

  /** Returns false if the text is not ASCII. */
  #ascii(text: string): boolean {
    const buffer = this.#buffer
    let at = this.#position
    for (let from = 0; from < text.length; from++) {
      const code = text.charCodeAt(from)
      if (code > 127) return false
      buffer[at++] = code
    }
    this.#position = at
    return true
  }

  bytes(bytes: Uint8Array): void {
    const length = bytes.length
    this.#reserve(length)
    this.#buffer.set(bytes, this.#position)
    this.#position += length
  }

  number(value: number): void {
    this.#reserve(24)
    let rest = value
    if (rest < 0) {
      this.#buffer[this.#position++] = MINUS
      rest = -rest
    }
    this.#position = rest < 0x40000000 ? this.#smallDigits(rest) : this.#largeDigits(rest)
  }

  int64(high: number, low: number): void {
    if (high <= 0) {
      // Times before 1970 or in the first seconds of it: not performance-critical, since live systems do not produce them.
      this.text(clockDigits(high, low))
      return
    }
    this.#reserve(20)
    // The double may be wrong by some hundred nanoseconds, so the seconds may be wrong by one; the nanoseconds are exact modulo
    // 2^32 and show the error.
    let seconds = Math.floor((high * 4294967296 + low) / 1e9)
    let nanos = (low - Math.imul(seconds, 1e9)) >>> 0
    if (nanos >= 1e9) {
      const isTooLarge = nanos >= 2e9
      seconds += isTooLarge ? -1 : 1
      nanos = (nanos + (isTooLarge ? 1e9 : -1e9)) >>> 0
    }
    this.#position = seconds < 1e9 ? this.#smallDigits(seconds) : this.#tenDigits(seconds)
    this.#position = this.#nineDigits(nanos)
  }

  fractionalSeconds(nanos: number): void {
    if (nanos === 0) return
    this.#reserve(10)
    this.#buffer[this.#position++] = POINT
    let end = this.#nineDigits(nanos)
    while (this.#buffer[end - 1] === DIGIT_ZERO) end--
    this.#position = end
  }

  hex(first: number, second: number, third: number, fourth: number, fifth: number): void {
    this.#reserve(40)
    const at = this.#position
    this.#eightHexDigits(first, at)
    this.#eightHexDigits(second, at + 8)
    this.#eightHexDigits(third, at + 16)
    this.#eightHexDigits(fourth, at + 24)
    this.#eightHexDigits(fifth, at + 32)
    this.#position = at + 40
  }

  finishRecord(): void {
    if (this.#framing === 'lines') {
      this.#reserve(1)
      this.#buffer[this.#position++] = LINE_FEED
    }
    if (this.#length === this.#ends.length) {
      const grown = new Uint32Array(this.#length * 2)
      grown.set(this.#ends)
      this.#ends = grown
    }
    this.#ends[this.#length++] = this.#position
  }

  #reserve(bytes: number): void {
    if (this.#position + bytes <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#position + bytes))
    this.#buffer.copy(grown, 0, 0, this.#position)
    this.#buffer = grown
    this.#view = dataViewOf(grown)
  }

  /** Writes the digits of a number below 2^30, where division uses 32-bit integers. */
  #smallDigits(value: number): number {
    if (value < 10) {
      this.#buffer[this.#position] = DIGIT_ZERO + value
      return this.#position + 1
    }
    let width = 2
    for (let limit = 100; value >= limit; limit *= 10) width++
    const view = this.#view
    const end = this.#position + width
    let rest = value
    let at = end - 2
    for (; at >= this.#position; at -= 2) {
      const hundredth = (rest / 100) | 0
      view.setUint16(at, DIGIT_PAIRS[rest - hundredth * 100] as number, true)
      rest = hundredth
    }
    if ((width & 1) === 1) this.#buffer[this.#position] = DIGIT_ZERO + rest
    return end
  }

  #largeDigits(value: number): number {
    const top = Math.floor(value / 1e9)
    this.#position = this.#smallDigits(top)
    return this.#nineDigits(value - top * 1e9)
  }

  #tenDigits(value: number): number {
    const at = this.#position
    const top = (value / 1e8) | 0
    this.#view.setUint16(at, DIGIT_PAIRS[top] as number, true)
    this.#eightDigits(value - top * 1e8, at + 2)
    return at + 10
  }

  #nineDigits(value: number): number {
    const at = this.#position
    const top = (value / 1e8) | 0
    this.#buffer[at] = DIGIT_ZERO + top
    this.#eightDigits(value - top * 1e8, at + 1)
    return at + 9
  }

  #eightHexDigits(word: number, at: number): void {
    const view = this.#view
    view.setInt32(at, (HEX_PAIRS[word & 255] as number) | ((HEX_PAIRS[(word >>> 8) & 255] as number) << 16), true)
    view.setInt32(at + 4, (HEX_PAIRS[(word >>> 16) & 255] as number) | ((HEX_PAIRS[word >>> 24] as number) << 16), true)
  }

  /** Stores dominate the cost, so this function uses only two. */
  #eightDigits(value: number, at: number): void {
    const high = (value / 1e4) | 0
    this.#view.setInt32(at, fourDigits(high), true)
    this.#view.setInt32(at + 4, fourDigits(value - high * 1e4), true)
  }
}

/** The four digits of a number below 10,000, the first digit in the lowest byte. */
function fourDigits(value: number): number {
  const high = (value / 100) | 0
  return (DIGIT_PAIRS[high] as number) | ((DIGIT_PAIRS[value - high * 100] as number) << 16)
}

const dataViewOf = (buffer: Buffer): DataView => new DataView(buffer.buffer, buffer.byteOffset, buffer.length)

const LINE_FEED = 0x0a
const MINUS = 0x2d
const POINT = 0x2e
const DIGIT_ZERO = 0x30
/** The two digits of each number below 100, the first in the lower byte. */
const DIGIT_PAIRS = Uint16Array.from(
  { length: 100 },
  (_, pair) => DIGIT_ZERO + Math.floor(pair / 10) + ((DIGIT_ZERO + (pair % 10)) << 8),
)
/** The two hexadecimal digits of each byte, the first in the lower byte. */
const HEX_PAIRS = Uint16Array.from({ length: 256 }, (_, byte) => Buffer.from(byte.toString(16).padStart(2, '0')).readUInt16LE())
const MAX_LOOPED_TEXT_LENGTH = 48

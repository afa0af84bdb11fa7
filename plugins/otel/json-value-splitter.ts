// SPDX-License-Identifier: Apache-2.0
import { OtelFormatError } from '../../core/exporter/otlp/log-records.js'

/** A piece of input that should be one JSON value. */
export interface JsonValueText {
  readonly text: string
  /** Byte offset of the value in the input. */
  readonly offset: number
}

/**
 * Splits a stream of bytes into JSON values without parsing them. The values may be consecutive, with or without line breaks,
 * or the elements of an outermost array of any length. Input that does not begin an object or array is one piece up to the end
 * of its line.
 */
export class JsonValueSplitter {
  readonly #limit: number
  #pending = Buffer.alloc(0)
  /** Offset of the first pending byte in the input. */
  #offset = 0
  /**
   * Indexes into the pending bytes: `#position` is the scan position, `#start` the start of the current value (-1: between
   * values).
   */
  #position = 0
  #start = -1
  #depth = 0
  #isInArray = false
  #isInString = false
  #isEscaped = false

  /** `limit`: maximum number of bytes of one value. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Returns the values that end in `chunk`. The chunk is copied. Throws an {@link OtelFormatError} if a value is too large. */
  push(chunk: Uint8Array): readonly JsonValueText[] {
    this.#pending = Buffer.concat([this.#pending, chunk])
    const values: JsonValueText[] = []
    for (; this.#position < this.#pending.length; this.#position++) {
      const byte = this.#pending[this.#position] as number
      if (this.#start < 0) this.#startValue(byte)
      else if (this.#isValueEnd(byte))
        values.push(this.#cutValue(this.#position + (this.#depth === 0 && byte !== LINE_FEED ? 1 : 0)))
    }
    const consumed = this.#start < 0 ? this.#position : this.#start
    this.#pending = this.#pending.subarray(consumed)
    this.#offset += consumed
    this.#position -= consumed
    if (this.#start > 0) this.#start = 0
    if (this.#pending.length > this.#limit) throw new OtelFormatError(`one value has more than ${this.#limit} bytes`)
    return values
  }

  /** Returns the rest at the end of the input: an incomplete value, or nothing. */
  finish(): readonly JsonValueText[] {
    return this.#start < 0 ? [] : [this.#cutValue(this.#pending.length)]
  }

  #startValue(byte: number): void {
    if (byte <= SPACE || byte === COMMA || BYTE_ORDER_MARK.includes(byte)) return
    if (byte === OPEN_ARRAY && !this.#isInArray) this.#isInArray = true
    else if (byte === CLOSE_ARRAY && this.#isInArray) this.#isInArray = false
    else {
      this.#start = this.#position
      this.#depth = byte === OPEN_OBJECT || byte === OPEN_ARRAY ? 1 : 0
      this.#isInString = false
    }
  }

  /** True if the current value ends with this byte, or before it if the byte is a line feed. */
  #isValueEnd(byte: number): boolean {
    if (this.#depth === 0) return byte === LINE_FEED
    if (this.#isEscaped) this.#isEscaped = false
    else if (this.#isInString) {
      if (byte === BACKSLASH) this.#isEscaped = true
      else if (byte === QUOTE) this.#isInString = false
    } else if (byte === QUOTE) this.#isInString = true
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#depth++
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) return --this.#depth === 0
    return false
  }

  #cutValue(end: number): JsonValueText {
    const value = { text: this.#pending.toString('utf8', this.#start, end), offset: this.#offset + this.#start }
    this.#start = -1
    return value
  }
}

const LINE_FEED = 0x0a
const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf]

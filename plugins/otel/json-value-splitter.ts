// SPDX-License-Identifier: Apache-2.0
import { OtelFormatError } from '../../core/exporter/otlp/log-records.js'

/** A piece of input that should be one JSON value. */
export interface JsonValueText {
  readonly text: string
  /** Of its first byte in the input. */
  readonly offset: number
}

/**
 * Cuts a stream of bytes into JSON values without parsing them: values one after the other, one a line or not, and the elements
 * of an outermost array, which may be as long as it likes. What begins like no object or array is a piece up to the end of its
 * line.
 */
export class JsonValueSplitter {
  readonly #limit: number
  #pending = Buffer.alloc(0)
  /** Of the first pending byte. */
  #offset = 0
  /** In the pending bytes: where scanning goes on, and where the present value began (-1: between values). */
  #position = 0
  #start = -1
  #depth = 0
  #isInArray = false
  #isInString = false
  #isEscaped = false

  /** `limit`: bytes that one value may have. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** The values that end in `chunk`, which is copied. Throws an {@link OtelFormatError} where one is too large. */
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

  /** What is left at the end of the input: a value without its end, or nothing. */
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

  /** Whether the present value ends with this byte, or before it if it is the end of a line. */
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

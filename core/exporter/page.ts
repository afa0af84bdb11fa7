// SPDX-License-Identifier: Apache-2.0
import type { Page, PageWriter } from '../contract/exporter.js'
import { clockDigits, clockNanos, clockSeconds } from '../record/derive/clock.js'

/**
 * Where encoders write: one buffer, grown when a record needs it and used again for the next page. Each record is followed
 * by a line feed.
 */
export class PageBuffer implements PageWriter {
  readonly #ordinarySize: number
  #buffer: Buffer
  #ends = new Uint32Array(1024)
  #at = 0
  #length = 0

  /** `size`: bytes that are kept between pages. */
  constructor(size = 512 * 1024) {
    this.#ordinarySize = size
    this.#buffer = Buffer.allocUnsafe(size)
  }

  /** Records finished. */
  get length(): number {
    return this.#length
  }

  /** Bytes written. */
  get size(): number {
    return this.#at
  }

  /** What has been written so far; valid until the next `clear` or write. */
  page(): Page {
    return { bytes: this.#buffer.subarray(0, this.#at), length: this.#length, ends: this.#ends.subarray(0, this.#length) }
  }

  /** Begins an empty page. What one huge record made the buffer grow by is given back. */
  clear(): void {
    this.#at = 0
    this.#length = 0
    if (this.#buffer.length > 4 * this.#ordinarySize) this.#buffer = Buffer.allocUnsafe(this.#ordinarySize)
  }

  text(text: string): void {
    // A UTF-16 unit takes at most three bytes of UTF-8.
    this.#reserve(text.length * 3)
    this.#at += this.#buffer.write(text, this.#at, 'utf8')
  }

  bytes(bytes: Uint8Array): void {
    const length = bytes.length
    this.#reserve(length)
    this.#buffer.set(bytes, this.#at)
    this.#at += length
  }

  number(value: number): void {
    this.#reserve(24)
    let rest = value
    if (rest < 0) {
      this.#buffer[this.#at++] = MINUS
      rest = -rest
    }
    this.#at = rest < 0x40000000 ? this.#smallDigits(rest) : this.#largeDigits(rest)
  }

  clock(high: number, low: number): void {
    const seconds = clockSeconds(high, low)
    if (seconds <= 0) {
      // Zero or before 1970: no clock of a live system comes here.
      this.text(clockDigits(high, low))
      return
    }
    this.number(seconds)
    this.#reserve(9)
    this.#at = this.#fixedDigits(clockNanos(high, low), 9)
  }

  finishRecord(): void {
    this.#reserve(1)
    this.#buffer[this.#at++] = LINE_FEED
    if (this.#length === this.#ends.length) {
      const grown = new Uint32Array(this.#length * 2)
      grown.set(this.#ends)
      this.#ends = grown
    }
    this.#ends[this.#length++] = this.#at
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes))
    this.#buffer.copy(grown, 0, 0, this.#at)
    this.#buffer = grown
  }

  /** Digits of a number under 2^30, for which division is in whole 32-bit numbers. */
  #smallDigits(value: number): number {
    let width = 1
    for (let limit = 10; value >= limit; limit *= 10) width++
    return this.#fixedDigits(value, width)
  }

  #largeDigits(value: number): number {
    const top = Math.floor(value / 1e9)
    this.#at = this.#smallDigits(top)
    return this.#fixedDigits(value - top * 1e9, 9)
  }

  #fixedDigits(value: number, width: number): number {
    const buffer = this.#buffer
    const end = this.#at + width
    let rest = value | 0
    for (let at = end - 1; at >= this.#at; at--) {
      const tenth = (rest / 10) | 0
      buffer[at] = DIGIT_ZERO + rest - tenth * 10
      rest = tenth
    }
    return end
  }
}

const LINE_FEED = 0x0a
const MINUS = 0x2d
const DIGIT_ZERO = 0x30

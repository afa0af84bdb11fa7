// SPDX-License-Identifier: Apache-2.0
import type { Page, PageWriter } from '../contract/exporter.js'
import { clockDigits } from '../record/derive/clock.js'

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
    const length = text.length
    // A UTF-16 unit takes at most three bytes of UTF-8.
    this.#reserve(length * 3)
    if (length <= SHORT_TEXT && this.#ascii(text)) return
    this.#at += this.#buffer.write(text, this.#at, 'utf8')
  }

  /** False if there is something else in it. */
  #ascii(text: string): boolean {
    const buffer = this.#buffer
    let at = this.#at
    for (let from = 0; from < text.length; from++) {
      const code = text.charCodeAt(from)
      if (code > 127) return false
      buffer[at++] = code
    }
    this.#at = at
    return true
  }

  bytes(bytes: Uint8Array): void {
    const length = bytes.length
    this.#reserve(length)
    const buffer = this.#buffer
    let at = this.#at
    this.#at = at + length
    if (length > SHORT) buffer.set(bytes, at)
    else for (let from = 0; from < length; from++) buffer[at++] = bytes[from] as number
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
    if (high <= 0) {
      // Before 1970 or in its first seconds: no clock of a live system comes here.
      this.text(clockDigits(high, low))
      return
    }
    this.#reserve(20)
    // The double may be some hundred nanoseconds off, the seconds therefore by one; the nanoseconds, exact modulo 2^32, show it.
    let seconds = Math.floor((high * 4294967296 + low) / 1e9)
    let nanos = (low - Math.imul(seconds, 1e9)) >>> 0
    if (nanos >= 1e9) {
      const isTooLarge = nanos >= 2e9
      seconds += isTooLarge ? -1 : 1
      nanos = (nanos + (isTooLarge ? 1e9 : -1e9)) >>> 0
    }
    this.#at = seconds < 1e9 ? this.#smallDigits(seconds) : this.#fixedDigits(seconds, 10)
    this.#at = this.#fixedDigits(nanos, 9)
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
    if (value < 10) {
      this.#buffer[this.#at] = DIGIT_ZERO + value
      return this.#at + 1
    }
    let width = 2
    for (let limit = 100; value >= limit; limit *= 10) width++
    return this.#fixedDigits(value, width)
  }

  #largeDigits(value: number): number {
    const top = Math.floor(value / 1e9)
    this.#at = this.#smallDigits(top)
    return this.#fixedDigits(value - top * 1e9, 9)
  }

  /** For values under 2^31 hundreds. Two digits at a time: divisions are what this costs. */
  #fixedDigits(value: number, width: number): number {
    const buffer = this.#buffer
    const start = this.#at
    let rest = value
    let at = start + width
    for (; at > start + 1; at -= 2) {
      const hundredth = (rest / 100) | 0
      const pair = rest - hundredth * 100
      buffer[at - 1] = ONES[pair] as number
      buffer[at - 2] = TENS[pair] as number
      rest = hundredth
    }
    if (at > start) buffer[start] = DIGIT_ZERO + rest
    return start + width
  }
}

const LINE_FEED = 0x0a
const MINUS = 0x2d
const DIGIT_ZERO = 0x30
/** Digits of the numbers under 100. */
const TENS = Uint8Array.from({ length: 100 }, (_, pair) => DIGIT_ZERO + Math.floor(pair / 10))
const ONES = Uint8Array.from({ length: 100 }, (_, pair) => DIGIT_ZERO + (pair % 10))
/** Up to so many bytes are copied faster one by one than by a call. */
const SHORT = 24
const SHORT_TEXT = 48

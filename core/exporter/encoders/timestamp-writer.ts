// SPDX-License-Identifier: Apache-2.0

import { clockNanos, clockSeconds } from '../../contract/clock.js'
import type { ChunkWriter } from '../../contract/exporter.js'
import { fragment } from './fragment.js'

/**
 * Writes timestamps as RFC 3339 without the `Z` at the end. Formatting a date is expensive and neighbouring records share their
 * seconds, so recent dates are cached.
 */
export class TimestampWriter {
  readonly #cache = new Map<number, Buffer>()
  #lastSecond = Number.NaN
  #lastFragment = fragment('')

  write(high: number, low: number, into: ChunkWriter): void {
    const second = clockSeconds(high, low)
    if (second !== this.#lastSecond) {
      this.#lastFragment = this.#fragmentOf(second)
      this.#lastSecond = second
    }
    into.bytes(this.#lastFragment)
    into.fractionalSeconds(clockNanos(high, low))
  }

  #fragmentOf(second: number): Buffer {
    let cached = this.#cache.get(second)
    if (cached === undefined) {
      cached = fragment(new Date(second * 1000).toISOString().slice(0, 19))
      if (this.#cache.size >= MAX_CACHED_SECONDS) this.#cache.clear()
      this.#cache.set(second, cached)
    }
    return cached
  }
}

const MAX_CACHED_SECONDS = 256

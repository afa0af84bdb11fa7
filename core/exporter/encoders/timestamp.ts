// SPDX-License-Identifier: Apache-2.0
import type { PageWriter } from '../../contract/exporter.js'
import { clockNanos, clockSeconds } from '../../contract/clock.js'
import { fragment } from './fragment.js'

/**
 * Writes clocks as RFC 3339 without the `Z` at the end. Dates are costly to make and neighbouring records share their
 * seconds, so those of late are kept.
 */
export class TimestampWriter {
  readonly #seconds = new Map<number, Buffer>()
  #last = Number.NaN
  #lastMade = fragment('')

  write(high: number, low: number, into: PageWriter): void {
    const second = clockSeconds(high, low)
    if (second !== this.#last) {
      this.#lastMade = this.#of(second)
      this.#last = second
    }
    into.bytes(this.#lastMade)
    into.decimals(clockNanos(high, low))
  }

  #of(second: number): Buffer {
    let made = this.#seconds.get(second)
    if (made === undefined) {
      made = fragment(new Date(second * 1000).toISOString().slice(0, 19))
      if (this.#seconds.size >= LIMIT) this.#seconds.clear()
      this.#seconds.set(second, made)
    }
    return made
  }
}

const LIMIT = 256

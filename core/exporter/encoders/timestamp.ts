// SPDX-License-Identifier: Apache-2.0
import type { PageWriter } from '../../contract/exporter.js'
import { clockNanos, clockSeconds, fraction } from '../../record/derive/clock.js'
import { fragment } from './fragment.js'

/**
 * Writes clocks as RFC 3339. Dates are costly to make and neighbouring records share their seconds, so those of late are
 * kept; so is the last whole timestamp, since a record begins with its start and has it again in its event.
 */
export class TimestampWriter {
  readonly #seconds = new Map<number, string>()
  #high = 0
  #low = 0
  #last = fragment('1970-01-01T00:00:00Z')

  write(high: number, low: number, into: PageWriter): void {
    if (high !== this.#high || low !== this.#low) {
      this.#high = high
      this.#low = low
      this.#last = fragment(`${this.#second(clockSeconds(high, low))}${fraction(clockNanos(high, low))}Z`)
    }
    into.bytes(this.#last)
  }

  #second(second: number): string {
    let text = this.#seconds.get(second)
    if (text === undefined) {
      text = new Date(second * 1000).toISOString().slice(0, 19)
      if (this.#seconds.size >= LIMIT) this.#seconds.clear()
      this.#seconds.set(second, text)
    }
    return text
  }
}

const LIMIT = 256

// SPDX-License-Identifier: Apache-2.0
import type { PageWriter } from '../../contract/exporter.js'
import { clockNanos, clockSeconds, fraction } from '../../record/derive/clock.js'
import { fragment } from './fragment.js'

/** Writes clocks as RFC 3339. Neighbouring records share their second, so the last one is kept. */
export class TimestampWriter {
  #second = 0
  #text = fragment(secondText(0))

  write(high: number, low: number, into: PageWriter): void {
    const second = clockSeconds(high, low)
    if (second !== this.#second) {
      this.#second = second
      this.#text = fragment(secondText(second))
    }
    into.bytes(this.#text)
    into.text(`${fraction(clockNanos(high, low))}Z`)
  }
}

const secondText = (second: number): string => new Date(second * 1000).toISOString().slice(0, 19)

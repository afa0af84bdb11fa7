// SPDX-License-Identifier: Apache-2.0

/** Allows so many a second, and as many at once. */
export class Rate {
  readonly #perSecond: number
  readonly #now: () => number
  #left: number
  #at: number

  /** `now`: milliseconds. */
  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond
    this.#now = now
    this.#left = perSecond
    this.#at = now()
  }

  allows(): boolean {
    const now = this.#now()
    this.#left = Math.min(this.#perSecond, this.#left + ((now - this.#at) / 1000) * this.#perSecond)
    this.#at = now
    if (this.#left < 1) return false
    this.#left--
    return true
  }
}

// SPDX-License-Identifier: Apache-2.0

/** Allows a number of requests per second, with a burst of the same size. */
export class RateLimiter {
  readonly #perSecond: number
  readonly #now: () => number
  #tokens: number
  #refilledAt: number

  /** `now`: milliseconds. */
  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond
    this.#now = now
    this.#tokens = perSecond
    this.#refilledAt = now()
  }

  allows(): boolean {
    const now = this.#now()
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((now - this.#refilledAt) / 1000) * this.#perSecond)
    this.#refilledAt = now
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}

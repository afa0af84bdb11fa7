// SPDX-License-Identifier: Apache-2.0

/** Counts recently written records: a live server has certainly read older ones. */
export class RecentRecords {
  readonly #now: () => number
  #startedAt = 0
  #current = 0
  #previous = 0

  /** `now`: milliseconds of a monotonic clock. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Counts one record. */
  add(): void {
    this.#rotate()
    this.#current++
  }

  /** Returns the number of records of the last 30 to 60 seconds and resets it. */
  takeCount(): number {
    this.#rotate()
    const records = this.#current + this.#previous
    this.#current = 0
    this.#previous = 0
    return records
  }

  #rotate(): void {
    const elapsed = this.#now() - this.#startedAt
    if (elapsed < INTERVAL_MILLISECONDS) return
    this.#previous = elapsed < 2 * INTERVAL_MILLISECONDS ? this.#current : 0
    this.#current = 0
    this.#startedAt = this.#now()
  }
}

const INTERVAL_MILLISECONDS = 30_000

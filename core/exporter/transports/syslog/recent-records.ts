// SPDX-License-Identifier: Apache-2.0

/** Records that were written lately: what a server that lives has surely read is not counted. */
export class RecentRecords {
  readonly #now: () => number
  #startedAt = 0
  #current = 0
  #previous = 0

  /** `now`: milliseconds of a clock that only goes forward. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** One more. */
  add(): void {
    this.#rotate()
    this.#current++
  }

  /** Of the last half to whole minute; counts anew afterwards. */
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

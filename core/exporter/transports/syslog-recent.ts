// SPDX-License-Identifier: Apache-2.0

/** Records that were written lately: what a server that lives has surely read is not counted. */
export class RecentRecords {
  readonly #now: () => number
  #since = 0
  #newer = 0
  #older = 0

  /** `now`: milliseconds of a clock that only goes forward. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** One more. */
  add(): void {
    this.#turn()
    this.#newer++
  }

  /** Of the last half to whole minute; counts anew afterwards. */
  take(): number {
    this.#turn()
    const records = this.#newer + this.#older
    this.#newer = 0
    this.#older = 0
    return records
  }

  #turn(): void {
    const past = this.#now() - this.#since
    if (past < HALF_A_MINUTE) return
    this.#older = past < 2 * HALF_A_MINUTE ? this.#newer : 0
    this.#newer = 0
    this.#since = this.#now()
  }
}

const HALF_A_MINUTE = 30_000

// SPDX-License-Identifier: Apache-2.0

/** Maximum share of the time of the pipeline thread that all sessions together may use. */
const MAX_SHARE = 0.05
/** Maximum milliseconds that they may use at once after a pause. */
const MAX_BURST_MS = 50

/** A time budget for tap sessions: it grows while no session works and shrinks by the time that sessions use. */
export class TimeBudget {
  readonly #now: () => number
  #remaining = MAX_BURST_MS
  #updatedAt: number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#updatedAt = now()
  }

  /** Runs the work if the budget allows it, and returns whether it ran. Long work must be paid off before the next work runs. */
  spend(work: () => void): boolean {
    const begin = this.#now()
    this.#remaining = Math.min(MAX_BURST_MS, this.#remaining + (begin - this.#updatedAt) * MAX_SHARE)
    this.#updatedAt = begin
    if (this.#remaining <= 0) return false
    work()
    const end = this.#now()
    this.#remaining -= end - begin
    this.#updatedAt = end
    return true
  }
}

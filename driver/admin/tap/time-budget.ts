// SPDX-License-Identifier: Apache-2.0

/** Share of the time that all sessions together may take of the thread that moves records. */
const MAX_SHARE = 0.05
/** Milliseconds that they may take at once after a rest. */
const MAX_BURST_MS = 50

/** Time for looking at records: saved up while nobody looks, and spent by looking. */
export class TimeBudget {
  readonly #now: () => number
  #remaining = MAX_BURST_MS
  #updatedAt: number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#updatedAt = now()
  }

  /** Does the work if there is time for it; tells whether. A long piece of work is paid off before there is any other. */
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

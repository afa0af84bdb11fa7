// SPDX-License-Identifier: Apache-2.0

/** Share of the time that all sessions together may take of the thread that moves records. */
const SHARE = 0.05
/** Milliseconds that they may take at once after a rest. */
const MOST_AT_ONCE = 50

/** Time for looking at records: saved up while nobody looks, and spent by looking. */
export class Budget {
  readonly #now: () => number
  #left = MOST_AT_ONCE
  #at: number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#at = now()
  }

  /** Does the work if there is time for it; tells whether. A long piece of work is paid off before there is any other. */
  spend(work: () => void): boolean {
    const begin = this.#now()
    this.#left = Math.min(MOST_AT_ONCE, this.#left + (begin - this.#at) * SHARE)
    this.#at = begin
    if (this.#left <= 0) return false
    work()
    const end = this.#now()
    this.#left -= end - begin
    this.#at = end
    return true
  }
}

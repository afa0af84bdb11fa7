// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'

/** Milliseconds, and how to let them pass. */
export interface Clock {
  now(): number
  /** Rejects when `stop` fires. */
  pass(milliseconds: number, stop: AbortSignal): Promise<void>
}

/** Keeps to a rate. What waited for somebody slower is made up for, but for no more than a second. */
export class Pace {
  /** As many as should go together. */
  readonly atOnce: number
  readonly #each: number
  readonly #clock: Clock
  #due: number

  /** `rate`: so many a second; 0: no limit. */
  constructor(rate: number, clock = CLOCK) {
    this.atOnce = rate === 0 ? MOST_AT_ONCE : Math.min(MOST_AT_ONCE, Math.max(1, Math.floor((rate * GRAIN) / 1000)))
    this.#each = rate === 0 ? 0 : 1000 / rate
    this.#clock = clock
    this.#due = clock.now()
  }

  /** Resolves when `count` may go, or soon after `stop` has fired: false then. */
  async wait(count: number, stop: AbortSignal): Promise<boolean> {
    if (stop.aborted) return false
    const now = this.#clock.now()
    this.#due = Math.max(this.#due, now - 1000) + count * this.#each
    try {
      await this.#clock.pass(Math.max(0, this.#due - now), stop)
    } catch {
      return false
    }
    return !stop.aborted
  }
}

const CLOCK: Clock = {
  now: () => performance.now(),
  // Where there is nothing to wait for others must get their turn all the same, or nobody could say stop.
  pass: (milliseconds, signal) => (milliseconds > 0 ? pause(milliseconds, undefined, { signal }) : turn(undefined, { signal })),
}

const MOST_AT_ONCE = 512
/** Milliseconds from one group to the next, about. */
const GRAIN = 20

// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'

/** A clock in milliseconds, and a sleep function. Tests replace both. */
export interface PacingClock {
  now(): number
  /** Rejects when `stop` fires. */
  sleep(milliseconds: number, stop: AbortSignal): Promise<void>
}

/** Limits the rate. After a delay it catches up by at most one second of records. */
export class RateLimiter {
  /** Recommended number of records to send together. */
  readonly batchSize: number
  readonly #interval: number
  readonly #clock: PacingClock
  #dueTime: number

  /** `rate`: records per second; 0: no limit. */
  constructor(rate: number, clock = SYSTEM_CLOCK) {
    this.batchSize =
      rate === 0 ? MAX_BATCH_SIZE : Math.min(MAX_BATCH_SIZE, Math.max(1, Math.floor((rate * BATCH_INTERVAL) / 1000)))
    this.#interval = rate === 0 ? 0 : 1000 / rate
    this.#clock = clock
    this.#dueTime = clock.now()
  }

  /** Resolves to true when `count` records may be sent, and to false soon after `stop` fires. */
  async wait(count: number, stop: AbortSignal): Promise<boolean> {
    if (stop.aborted) return false
    const now = this.#clock.now()
    this.#dueTime = Math.max(this.#dueTime, now - 1000) + count * this.#interval
    try {
      await this.#clock.sleep(Math.max(0, this.#dueTime - now), stop)
    } catch {
      return false
    }
    return !stop.aborted
  }
}

const SYSTEM_CLOCK: PacingClock = {
  now: () => performance.now(),
  // Without a delay, the event loop still needs a turn; otherwise `stop` could never fire.
  sleep: (milliseconds, signal) => (milliseconds > 0 ? pause(milliseconds, undefined, { signal }) : turn(undefined, { signal })),
}

const MAX_BATCH_SIZE = 512
/** Approximate interval between two groups, in milliseconds. */
const BATCH_INTERVAL = 20

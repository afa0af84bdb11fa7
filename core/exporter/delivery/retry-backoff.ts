// SPDX-License-Identifier: Apache-2.0
import { setTimeout as timeout } from 'node:timers/promises'

export interface RetrySettings {
  /**
   * Seconds for which the same records are retried, counted from the last time that the target accepted some of them; 0: no
   * retry.
   */
  readonly seconds: number
  /** The longest pause between two attempts, in seconds. */
  readonly maxPauseSeconds: number
  /** A monotonic clock in milliseconds, and a function that waits; for tests. */
  readonly now?: () => number
  readonly wait?: (milliseconds: number, abort: AbortSignal) => Promise<void>
}

const MIN_PAUSE_SECONDS = 0.1

/**
 * The pauses between attempts: each is twice as long as the one before, from a tenth of a second to the maximum, then shortened
 * at random by up to a half, so that hosts do not all reconnect at once after an outage of their target.
 */
export class RetryBackoff {
  readonly #settings: RetrySettings
  readonly #now: () => number
  readonly #wait: (milliseconds: number, abort: AbortSignal) => Promise<void>
  #startedAt: number
  #nextPause = MIN_PAUSE_SECONDS

  constructor(retry: RetrySettings) {
    this.#settings = retry
    this.#now = retry.now ?? (() => performance.now())
    this.#wait = retry.wait ?? ((milliseconds, signal) => timeout(milliseconds, undefined, { signal }))
    this.#startedAt = this.#now()
  }

  /** Restarts the backoff: the target accepted some of the records. */
  restart(): void {
    this.#startedAt = this.#now()
    this.#nextPause = MIN_PAUSE_SECONDS
  }

  /** Whether another attempt is allowed. */
  get hasTimeLeft(): boolean {
    return this.#now() - this.#startedAt < this.#settings.seconds * 1000
  }

  /** Waits. Rejects with the reason of `abort` as soon as it fires. */
  async pause(abort: AbortSignal): Promise<void> {
    const seconds = this.#nextPause * (0.5 + Math.random() / 2)
    this.#nextPause = Math.min(this.#nextPause * 2, this.#settings.maxPauseSeconds)
    try {
      await this.#wait(seconds * 1000, abort)
    } catch (error) {
      throw abort.aborted ? abort.reason : error
    }
  }
}

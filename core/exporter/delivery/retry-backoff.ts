// SPDX-License-Identifier: Apache-2.0
import { setTimeout as timeout } from 'node:timers/promises'

export interface RetrySettings {
  /** For how long the same records are tried again, counted from the last time that some got through; 0: not at all. */
  readonly seconds: number
  /** The longest pause between two tries. */
  readonly maxPauseSeconds: number
  /** A clock that only goes forward, in milliseconds, and how to wait; for tests. */
  readonly now?: () => number
  readonly wait?: (milliseconds: number, abort: AbortSignal) => Promise<void>
}

const MIN_PAUSE_SECONDS = 0.1

/**
 * The pauses between tries: each twice as long as the one before, from a tenth of a second to the longest, shortened by chance
 * by up to a half, so that hosts whose target was away do not come back all at once.
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

  /** Some records got through. */
  restart(): void {
    this.#startedAt = this.#now()
    this.#nextPause = MIN_PAUSE_SECONDS
  }

  /** Whether there is another try. */
  get hasTimeLeft(): boolean {
    return this.#now() - this.#startedAt < this.#settings.seconds * 1000
  }

  /** Rejects with the reason of `abort` as soon as it fires. */
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

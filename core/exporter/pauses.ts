// SPDX-License-Identifier: Apache-2.0
import { setTimeout as timeout } from 'node:timers/promises'

export interface Retry {
  /** For how long the same records are tried again, counted from the last time that some got through; 0: not at all. */
  readonly seconds: number
  /** The longest pause between two tries. */
  readonly longestPause: number
  /** A clock that only goes forward, in milliseconds, and how to wait; for tests. */
  readonly now?: () => number
  readonly wait?: (milliseconds: number, abort: AbortSignal) => Promise<void>
}

const FIRST_PAUSE = 0.1

/**
 * The pauses between tries: each twice as long as the one before, from a tenth of a second to the longest, shortened by chance
 * by up to a half, so that hosts whose target was away do not come back all at once.
 */
export class Pauses {
  readonly #retry: Retry
  readonly #now: () => number
  readonly #wait: (milliseconds: number, abort: AbortSignal) => Promise<void>
  #since: number
  #next = FIRST_PAUSE

  constructor(retry: Retry) {
    this.#retry = retry
    this.#now = retry.now ?? (() => performance.now())
    this.#wait = retry.wait ?? ((milliseconds, signal) => timeout(milliseconds, undefined, { signal }))
    this.#since = this.#now()
  }

  /** Some records got through. */
  begin(): void {
    this.#since = this.#now()
    this.#next = FIRST_PAUSE
  }

  /** Whether there is another try. */
  get isLeft(): boolean {
    return this.#now() - this.#since < this.#retry.seconds * 1000
  }

  /** Rejects with the reason of `abort` as soon as it fires. */
  async pause(abort: AbortSignal): Promise<void> {
    const seconds = this.#next * (0.5 + Math.random() / 2)
    this.#next = Math.min(this.#next * 2, this.#retry.longestPause)
    try {
      await this.#wait(seconds * 1000, abort)
    } catch (error) {
      throw abort.aborted ? abort.reason : error
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { ActionPlugin } from 'sfprocessor/plugin'

/** Tags each alert with the current time. */
export const plugin: ActionPlugin = {
  kind: 'action',
  name: 'now',
  contract: 2,
  summary: 'tags the alert with the current time, in nanoseconds since 1970',
  options: { type: 'object', additionalProperties: false, properties: {} },
  isPartitionable: true,
  create() {
    const clock = new NanosecondClock()
    return {
      check(argument) {
        if (argument !== '') throw new Error('the action takes no argument')
      },
      run(context) {
        context.addTag(`now_in_nanos:${clock.now()}`)
      },
    }
  },
}

/**
 * Returns the time since 1970 in nanoseconds. The wall clock of Node.js counts milliseconds only. The monotonic clock counts
 * nanoseconds but has no defined start, so it measures the time since the last comparison of both clocks.
 */
export class NanosecondClock {
  readonly #wallClock: () => bigint
  readonly #monotonicClock: () => bigint
  #offset: bigint

  /** Both clocks return nanoseconds. `wall` can be adjusted; `monotonic` only increases. */
  constructor(wall: () => bigint = wallClock, monotonic: () => bigint = process.hrtime.bigint) {
    this.#wallClock = wall
    this.#monotonicClock = monotonic
    this.#offset = this.#measureOffset()
  }

  now(): bigint {
    const change = this.#measureOffset() - this.#offset
    // The wall clock was adjusted, or the two clocks have drifted apart.
    if (change < -MAX_DRIFT || change > MAX_DRIFT) this.#offset += change
    return this.#monotonicClock() + this.#offset
  }

  #measureOffset(): bigint {
    return this.#wallClock() - this.#monotonicClock()
  }
}

const wallClock = (): bigint => BigInt(Date.now()) * 1_000_000n

const MAX_DRIFT = 2_000_000n

// SPDX-License-Identifier: Apache-2.0
import type { ActionPlugin } from 'sfprocessor/plugin'

/** Tags each alert with the time at which it was raised. */
export const plugin: ActionPlugin = {
  kind: 'action',
  name: 'now',
  contract: 2,
  summary: 'tags the alert with the time of the clock, in nanoseconds since 1970',
  options: { type: 'object', additionalProperties: false, properties: {} },
  isPartitionable: true,
  create() {
    const clock = new NanosecondClock()
    return {
      check(argument) {
        if (argument !== '') throw new Error('it takes no argument')
      },
      run(context) {
        context.addTag(`now_in_nanos:${clock.now()}`)
      },
    }
  },
}

/**
 * The time since 1970 in nanoseconds. The system's clock is asked for milliseconds only, so what has passed since it was last
 * looked at comes from the clock that counts nanoseconds from no time in particular.
 */
export class NanosecondClock {
  readonly #wallClock: () => bigint
  readonly #monotonicClock: () => bigint
  #offset: bigint

  /** Both in nanoseconds; `wall` may be set, `ticks` only ever grows. */
  constructor(wall: () => bigint = wallClock, monotonic: () => bigint = process.hrtime.bigint) {
    this.#wallClock = wall
    this.#monotonicClock = monotonic
    this.#offset = this.#measureOffset()
  }

  now(): bigint {
    const change = this.#measureOffset() - this.#offset
    // The system's clock has been set, or the two have drifted apart.
    if (change < -MAX_DRIFT || change > MAX_DRIFT) this.#offset += change
    return this.#monotonicClock() + this.#offset
  }

  #measureOffset(): bigint {
    return this.#wallClock() - this.#monotonicClock()
  }
}

const wallClock = (): bigint => BigInt(Date.now()) * 1_000_000n

const MAX_DRIFT = 2_000_000n

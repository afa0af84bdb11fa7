// SPDX-License-Identifier: Apache-2.0
import type { ActionPlugin } from 'sfprocessor/plugin'

/** Tags each alert with the time at which it was raised. */
export const plugin: ActionPlugin = {
  kind: 'action',
  name: 'now',
  contract: 1,
  summary: 'tags the alert with the time of the clock, in nanoseconds since 1970',
  options: { type: 'object', additionalProperties: false, properties: {} },
  perTrace: true,
  create() {
    const clock = new Clock()
    return {
      check(argument) {
        if (argument !== '') throw new Error('it takes no argument')
      },
      run(hit) {
        hit.tag(`now_in_nanos:${clock.now()}`)
      },
    }
  },
}

/**
 * The time since 1970 in nanoseconds. The system's clock is asked for milliseconds only, so what has passed since it was last
 * looked at comes from the clock that counts nanoseconds from no time in particular.
 */
export class Clock {
  readonly #wall: () => bigint
  readonly #ticks: () => bigint
  #offset: bigint

  /** Both in nanoseconds; `wall` may be set, `ticks` only ever grows. */
  constructor(wall: () => bigint = wallClock, ticks: () => bigint = process.hrtime.bigint) {
    this.#wall = wall
    this.#ticks = ticks
    this.#offset = this.#apart()
  }

  now(): bigint {
    const change = this.#apart() - this.#offset
    // The system's clock has been set, or the two have drifted apart.
    if (change < -AS_GOOD_AS_SAME || change > AS_GOOD_AS_SAME) this.#offset += change
    return this.#ticks() + this.#offset
  }

  #apart(): bigint {
    return this.#wall() - this.#ticks()
  }
}

const wallClock = (): bigint => BigInt(Date.now()) * 1_000_000n

const AS_GOOD_AS_SAME = 2_000_000n

// SPDX-License-Identifier: Apache-2.0
import type { TestContext } from 'node:test'

/** Time that passes when the test says so: timers and `Date`, but not `performance.now`. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Lets so many milliseconds pass; what was waiting has run when this resolves. */
  pass(milliseconds: number): Promise<void>
}

/** Stops the clock for the rest of a test of node:test, at this many milliseconds since 1970. */
export function stoppedClock({ mock }: Pick<TestContext, 'mock'>, now = Date.UTC(2024, 0, 1)): Clock {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now })
  return {
    get now() {
      return Date.now()
    },
    async pass(milliseconds) {
      // In steps: what one timer sets going may set the next.
      const steps = Math.max(1, Math.min(MOST_STEPS, milliseconds))
      for (let step = 1, passed = 0; step <= steps; step++) {
        const until = Math.floor((milliseconds * step) / steps)
        mock.timers.tick(until - passed)
        passed = until
        await settle()
      }
    },
  }
}

const MOST_STEPS = 1000

/** Promises that were waiting for a timer go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
}

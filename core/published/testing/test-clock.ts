// SPDX-License-Identifier: Apache-2.0
import type { TestContext } from 'node:test'

/** Time that passes when the test says so: timers and `Date`, but not `performance.now`. */
export interface TestClock {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Lets so many milliseconds pass; what was waiting has run when this resolves. */
  advance(milliseconds: number): Promise<void>
}

/** Stops the clock for the rest of a test of node:test, at this many milliseconds since 1970. */
export function mockClock({ mock }: Pick<TestContext, 'mock'>, now = Date.UTC(2024, 0, 1)): TestClock {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now })
  return {
    get now() {
      return Date.now()
    },
    async advance(milliseconds) {
      // In steps: what one timer sets going may set the next.
      const steps = Math.max(1, Math.min(MAX_STEPS, milliseconds))
      for (let step = 1, elapsed = 0; step <= steps; step++) {
        const until = Math.floor((milliseconds * step) / steps)
        mock.timers.tick(until - elapsed)
        elapsed = until
        await settle()
      }
    },
  }
}

const MAX_STEPS = 1000

/** Promises that were waiting for a timer go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
}

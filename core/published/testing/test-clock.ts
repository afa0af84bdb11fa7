// SPDX-License-Identifier: Apache-2.0
import type { TestContext } from 'node:test'

/** A mocked clock for timers and `Date`, but not for `performance.now`. */
export interface TestClock {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Advances the clock. Resolves when every timer that is due has run. */
  advance(milliseconds: number): Promise<void>
}

/** Mocks the clock for the rest of a node:test test. `now`: milliseconds since 1970. */
export function mockClock({ mock }: Pick<TestContext, 'mock'>, now = Date.UTC(2024, 0, 1)): TestClock {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now })
  return {
    get now() {
      return Date.now()
    },
    async advance(milliseconds) {
      // In steps, since the work of one timer may set another.
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

/** Lets promises that waited for a timer continue. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
}

// SPDX-License-Identifier: Apache-2.0
import { test } from 'node:test'
import fc from 'fast-check'
import type { SpoolSettings } from '../../spool-settings.js'
import { histories, SpoolHistory } from '../spool-history.js'

/** Number of histories; with SFPROCESSOR_SOAK the number that the release guarantees. */
const RUNS = process.env.SFPROCESSOR_SOAK ? 10_000 : 500

const CASES: readonly (readonly [string, number, Partial<SpoolSettings>])[] = [
  ['forced onto the disk before it counts', 0.6, { sync: 'always' }],
  ['left to the system', 0.2, { sync: 'never' }],
  ['given up when the spool is full', 0.2, { sync: 'always', whenFull: 'drop-oldest', bytes: 2000 }],
]

for (const [what, share, settings] of CASES) {
  test(`whatever the machine does, records that were ${what} are in the expected place: whole, once, in order`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), histories(40), async (seed, steps) => {
        const history = new SpoolHistory(seed, settings)
        await history.open(false)
        await fc.asyncModelRun(() => ({ model: {}, real: history }), steps)
        await history.end()
      }),
      { numRuns: Math.ceil(RUNS * share), endOnFailure: process.env.SFPROCESSOR_SOAK !== undefined },
    )
  })
}

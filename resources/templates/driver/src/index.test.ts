// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conformanceSuite, runDriver } from 'sfprocessor/testing'
import { plugin } from './index.js'

/** The plugin contract: run ends soon after stop, the ledger accounts for every record, each send is awaited, ... */
conformanceSuite(plugin)

test('count is the number of readings', async () => {
  const { sent } = await runDriver(plugin, { options: { count: 2 } })
  assert.deepEqual(sent, [
    { number: 1, place: 'kitchen', degrees: 16 },
    { number: 2, place: 'cellar', degrees: 17 },
  ])
})

test('with count 0 the driver runs until it is stopped', async () => {
  const { sent } = await runDriver(plugin, { options: { count: 0 }, stopAfter: 5 })
  assert.equal(sent.length, 5)
})

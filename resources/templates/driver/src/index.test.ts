// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conformanceSuite, runDriver } from 'sfprocessor/testing'
import { plugin } from './index.js'

/** The laws that every driver keeps: it stops soon, its books balance, it waits until there is room, ... */
conformanceSuite(plugin)

test('as many readings are sent as are asked for', async () => {
  const { sent } = await runDriver(plugin, { options: { count: 2 } })
  assert.deepEqual(sent, [
    { number: 1, place: 'kitchen', degrees: 16 },
    { number: 2, place: 'cellar', degrees: 17 },
  ])
})

test('one that has no end stops when it is told to', async () => {
  const { sent } = await runDriver(plugin, { options: { count: 0 }, stopAfter: 5 })
  assert.equal(sent.length, 5)
})

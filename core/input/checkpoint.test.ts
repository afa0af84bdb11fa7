// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { Checkpoint } from './checkpoint.js'

test('a checkpoint of an earlier version is read', async () => {
  const [entry, ...others] = await new Checkpoint(resolve('core/input/testing/fixtures/traces.checkpoint')).read()
  assert.deepEqual(others, [])
  assert.deepEqual(entry, {
    id: '65024:10191328',
    path: 'trace.sf',
    fingerprint: '30794:a537f0a89f51118a3f423f5ccb5e6cd24ec2c35f195b7d8ea0de83350176b68e',
    offset: 30794,
  })
})

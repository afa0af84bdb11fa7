// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { faultCollectingHost } from '../../plugins/sysflow/testing/flatten-trace.js'
import { builtInRegistry } from './built-in.js'

const reader = (await builtInRegistry({ stdout: new PassThrough(), version: '1' })).find('processor', 'sysflowreader')

test('a pipeline of the original that switches its rate limiter off starts; one that needs it is refused, not ignored', () => {
  assert(reader)
  assert.ok(reader.create({ handler: 'flattener', 'filter.enabled': 'off', 'filter.maxage': 1440 }, faultCollectingHost()))
  for (const value of ['on', 'true', '1']) {
    assert.throws(() => reader.create({ 'filter.enabled': value }, faultCollectingHost()), { code: 'SFP_PIPELINE_NO_LIMITER' })
  }
})

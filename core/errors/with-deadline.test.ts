// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withDeadline } from './with-deadline.js'

test('what ends in time is answered as it ends; what does not is named, and keeps no timer', async () => {
  assert.equal(await withDeadline(60, Promise.resolve(7)), 7)
  await assert.rejects(withDeadline(60, Promise.reject(new Error('no'))), { message: 'no' })
  await assert.rejects(withDeadline(0.01, new Promise(() => {})), { message: 'it has not ended after 0.01 s' })
  assert.deepEqual(
    process.getActiveResourcesInfo().filter(kind => kind === 'Timeout'),
    [],
  )
})

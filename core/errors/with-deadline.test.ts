// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { DeadlineError, withDeadline } from './with-deadline.js'

const never = new Promise<never>(() => {})

test('work that ends before the deadline returns its result; later work is a DeadlineError; no timer remains', async () => {
  assert.equal(await withDeadline(Promise.resolve(7), 60_000), 7)
  assert.equal(await withDeadline(8, Number.POSITIVE_INFINITY), 8)
  await assert.rejects(withDeadline(Promise.reject(new Error('no')), 60_000), { message: 'no' })
  await assert.rejects(withDeadline(never, 10), error => {
    assert.ok(error instanceof DeadlineError)
    assert.deepEqual([error.message, error.milliseconds], ['it has not ended after 0.01 s', 10])
    return true
  })
  assert.deepEqual(
    process.getActiveResourcesInfo().filter(kind => kind === 'Timeout'),
    [],
  )
})

test('it rejects with the reason of the signal when the signal fires, and removes its listener', async () => {
  const control = new AbortController()
  const waiting = withDeadline(never, Number.POSITIVE_INFINITY, control.signal)
  assert.equal(await withDeadline(Promise.resolve(7), 60_000, control.signal), 7)
  control.abort(new Error('stopped'))
  await assert.rejects(waiting, { message: 'stopped' })
  await assert.rejects(withDeadline(never, 60_000, control.signal), { message: 'stopped' })
  assert.equal(getEventListeners(control.signal, 'abort').length, 0)
})

test('a rejection of the work after the deadline is ignored', async () => {
  let fail = (_error: Error): void => {}
  const work = new Promise<never>((_, reject) => {
    fail = reject
  })
  await assert.rejects(withDeadline(work, 1), DeadlineError)
  fail(new Error('late'))
  await nextTurn()
})

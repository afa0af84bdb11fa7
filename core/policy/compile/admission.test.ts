// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Admission } from './admission.js'

test('the first few hundred are let in at once, afterwards what has been seen before', () => {
  const admission = new Admission(0)
  let first = 0
  while (admission.admits(first)) first++
  assert.ok(first > 100 && first < 1000)
  assert.equal(admission.admits(first), true)
  assert.equal(admission.admits(first + 1), false)
})

test('what never comes back is never let in', () => {
  const admission = new Admission(1)
  for (let hash = 0; hash < 100_000; hash++) assert.equal(admission.admits(hash), false)
})

test('the more often all was forgotten, the more often something must have been seen', () => {
  const sightings = [1, 3, 20].map(forgotten => {
    const admission = new Admission(forgotten)
    let count = 1
    while (!admission.admits(42)) count++
    return count
  })
  assert.deepEqual(sightings, [4, 16, 255])
})

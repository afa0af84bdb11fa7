// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Admission } from './admission.js'

test('the first few hundred values are admitted immediately, later ones only after a repetition', () => {
  const admission = new Admission(0)
  let first = 0
  while (admission.admits(first)) first++
  assert.ok(first > 100 && first < 1000)
  assert.equal(admission.admits(first), true)
  assert.equal(admission.admits(first + 1), false)
})

test('a value that never repeats is never admitted', () => {
  const admission = new Admission(1)
  for (let hash = 0; hash < 100_000; hash++) assert.equal(admission.admits(hash), false)
})

test('each reset raises the number of occurrences before a value is admitted', () => {
  const sightings = [1, 3, 20].map(forgotten => {
    const admission = new Admission(forgotten)
    let count = 1
    while (!admission.admits(42)) count++
    return count
  })
  assert.deepEqual(sightings, [4, 16, 255])
})

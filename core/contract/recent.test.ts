// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Recent } from './recent.js'

test('what was made for a key is found again, unless it does not fit', () => {
  const recent = new Recent<{ version: number }>()
  const first = recent.of('a', () => ({ version: 1 }))
  assert.equal(
    recent.of('a', () => ({ version: 2 })),
    first,
  )
  const second = recent.of(
    'a',
    () => ({ version: 3 }),
    ({ version }) => version === 3,
  )
  assert.equal(second.version, 3)
  assert.equal(
    recent.of('a', () => ({ version: 4 })),
    second,
  )
})

test('a key that comes again and again is kept while thousands of others come and go', () => {
  const recent = new Recent<object>()
  const kept = recent.of('kept', () => ({}))
  const gone = recent.of('gone', () => ({}))
  for (let other = 0; other < 40_000; other++) {
    recent.of(`other ${other}`, () => ({}))
    if (other % 1000 === 0)
      assert.equal(
        recent.of('kept', () => ({})),
        kept,
      )
  }
  assert.notEqual(
    recent.of('gone', () => ({})),
    gone,
  )
})

test('a huge key is not kept', () => {
  const recent = new Recent<object>()
  const key = 'x'.repeat(10_000)
  assert.notEqual(
    recent.of(key, () => ({})),
    recent.of(key, () => ({})),
  )
})

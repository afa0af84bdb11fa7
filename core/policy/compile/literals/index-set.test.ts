// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IndexSet } from './index-set.js'

test('numbers are marked once, until all are cleared', () => {
  const marks = new IndexSet(4)
  for (const number of [2, 0, 2]) marks.add(number)
  assert.deepEqual([...marks.list.subarray(0, marks.length)], [2, 0])
  assert.deepEqual(
    [0, 1, 2, 3].map(number => marks.has(number)),
    [true, false, true, false],
  )
  marks.clear()
  assert.equal(marks.length, 0)
  assert.equal(marks.has(2), false)
})

for (const count of [3, 20, 200]) {
  test(`${count} marked numbers are sorted`, () => {
    const marks = new IndexSet(count)
    for (let number = 0; number < count; number++) marks.add((number * 7 + 1) % count)
    marks.sort()
    const sorted = [...marks.list.subarray(0, marks.length)]
    assert.deepEqual(
      sorted,
      sorted.toSorted((a, b) => a - b),
    )
    assert.equal(sorted.length, count)
  })
}

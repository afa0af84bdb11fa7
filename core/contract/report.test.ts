// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sumReports } from './report.js'

test('numbers are added at every depth; texts and lists come from the last report', () => {
  const one = { records: 3, by: { a: 1, b: 2 }, transport: 'file', names: ['x'], deep: { er: { n: 1 } } }
  const other = { records: 4, by: { b: 5, c: 6 }, transport: 'null', names: ['y'], deep: { er: { n: 2 } } }
  assert.deepEqual(sumReports([one, other]), {
    records: 7,
    by: { a: 1, b: 7, c: 6 },
    transport: 'null',
    names: ['y'],
    deep: { er: { n: 3 } },
  })
  assert.deepEqual(sumReports([one]), one)
  assert.deepEqual(sumReports([]), {})
})

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appendixA } from '../testing/appendix-a.js'
import { DocumentIds } from './document-id.js'
import { SYSFLOW_ADAPTER } from './sysflow-adapter.js'

test('check 100: each record has its document id and its time', () => {
  const columns = appendixA()
  assert.deepEqual(
    [0, 1, 4].map(row => SYSFLOW_ADAPTER.id?.(columns, row)),
    ['73291fd44c312474', 'f4220b38fa0a10b9', 'daae102b710964dd'],
  )
  for (let row = 0; row < columns.length; row++)
    assert.match(new Date(Number((SYSFLOW_ADAPTER.time?.(columns, row) ?? 0n) / 1_000_000n)).toISOString(), /^2023-11-14T22/)
})

test('records can have the host, the container or host, or any attribute as key', () => {
  const columns = appendixA()
  const keysOf = (name: string): unknown[] =>
    Array.from({ length: columns.length }, (_, row) => SYSFLOW_ADAPTER.key?.(name, columns, row))
  assert.ok(keysOf('host').every(key => key === 'node-1'))
  assert.equal(keysOf('container')[0], 'c0ffee000001')
  assert.ok(keysOf('container').includes('node-1'))
  assert.equal(keysOf('sf.proc.pid')[0], '100')
})

test('the id of a record depends neither on earlier records nor on the length of its texts', () => {
  const columns = appendixA()
  const used = new DocumentIds()
  const message = (text: string): void => {
    const event = columns.k8s[5]
    if (event) columns.k8s[5] = { ...event, message: text }
  }
  for (const text of ['ä', 'x'.repeat(3_000_000), '', 'y'.repeat(1024)]) {
    message(text)
    for (const row of [5, 0, 4]) assert.equal(used.of(columns, row), new DocumentIds().of(columns, row))
  }
  const short = used.of(columns, 5)
  message('y'.repeat(1025))
  assert.notEqual(used.of(columns, 5), short)
})

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChunkBuffer } from '../../../core/exporter/chunk-buffer.js'
import { recordOf } from '../../../core/exporter/chunk-records.js'
import { appendixA, evaluatedColumns, R1_MATCHES } from '../testing/appendix-a.js'
import { ECS_EXAMPLES } from '../testing/worked-examples.js'
import { DocumentIds } from './document-id.js'
import { DocumentIdEncoder, parseIdentifiedDocument } from './document-id-encoder.js'
import { EcsEncoder } from './ecs-encoder.js'

test('check 100: each record has its document id and its hour before it, and is otherwise as the encoder wrote it', () => {
  const columns = appendixA()
  const batch = evaluatedColumns(columns, { 0: R1_MATCHES })
  const chunk = new ChunkBuffer()
  new DocumentIdEncoder(new EcsEncoder('0.7.0')).encode(batch, 0, batch.length, chunk)
  const sent = chunk.chunk()
  const parts = Array.from({ length: sent.length }, (_, record) => parseIdentifiedDocument(recordOf(sent, record)))
  assert.deepEqual(
    [0, 1, 4].map(record => parts[record]?.id),
    ['73291fd44c312474', 'f4220b38fa0a10b9', 'daae102b710964dd'],
  )
  assert.ok(parts.every(part => part?.hour === '2023-11-14T22'))
  assert.equal(Buffer.from(parts[0]?.document ?? []).toString(), `${ECS_EXAMPLES.processEvent}\n`)
})

test('a record without an id is told from one that has it', () => {
  for (const text of [
    '',
    '{"a":1}\n',
    `${'0'.repeat(16)}`,
    `${'g'.repeat(16)} 2023-11-14T22 {}`,
    `${'0'.repeat(16)} 2023-11-14 22 {}`,
  ])
    assert.equal(parseIdentifiedDocument(Buffer.from(text)), undefined, text)
})

test('the id of a record depends on neither those before it nor the length of its texts', () => {
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

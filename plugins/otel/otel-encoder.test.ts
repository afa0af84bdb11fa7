// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ActionFieldValue,
  EvaluatedBatch,
  PRIORITIES,
  type RuleMatches,
  unevaluated,
} from '../../core/contract/evaluated-batch.js'
import type { ChunkWriter } from '../../core/contract/exporter.js'
import { ChunkBuffer } from '../../core/exporter/chunk-buffer.js'
import { otelSeverityOf } from '../../core/exporter/otlp/otlp-severity.js'
import { readJson } from '../../core/exporter/otlp/read-json.js'
import { readProto } from '../../core/exporter/otlp/read-proto.js'
import { logRecord, randomLogs, resourceLogs } from '../../core/exporter/otlp/testing/log-data.js'
import { writeProto } from '../../core/exporter/otlp/write-proto.js'
import { SeededRandom } from '../../core/policy/testing/random-policy.js'
import { ATTRIBUTES } from '../sysflow/attributes/attributes.js'
import { writeTrace } from '../sysflow/avro/trace-writer.js'
import { SysFlowOtelEncoder } from '../sysflow/encoders/otel-sysflow-encoder.js'
import { appendixATrace } from '../sysflow/testing/appendix-a-trace.js'
import { flattenTrace } from '../sysflow/testing/flatten-trace.js'
import { OTEL_ADAPTER } from './otel-adapter.js'
import { OtelBatch } from './otel-batch.js'
import { OtelEncoder } from './otel-encoder.js'

const MATCHES: RuleMatches = {
  rules: [
    { name: 'Forbidden page', description: '', priority: 'warning', tags: ['web', 't1190'] },
    { name: 'Admin', description: '', priority: 'critical', tags: ['web'] },
  ],
  contextTags: [],
}

function linesOf(write: (into: ChunkWriter) => void): string[] {
  const chunk = new ChunkBuffer(65_536)
  write(chunk)
  const { bytes } = chunk.chunk()
  return Buffer.from(bytes).toString('utf8').split('\n').slice(0, -1)
}

function batchOf(...data: Parameters<OtelBatch['append']>[0][number][]): OtelBatch {
  const batch = new OtelBatch()
  batch.append(data, 0)
  return batch
}

const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, one) =>
      typeof one === 'bigint' || (typeof one === 'number' && !Number.isFinite(one)) ? String(one) : one,
    ),
  )

test('check of section 5.7: a match adds a scope sf-processor whose log record names rules and tags', () => {
  const batch = batchOf(resourceLogs({ 'service.name': 'shop' }, logRecord({ status: 403n }, { time: 17n })))
  const evaluated = new EvaluatedBatch(batch, Uint32Array.of(0), [MATCHES])
  assert.deepEqual(
    linesOf(into => new OtelEncoder().encode(evaluated, 0, 1, into)),
    [
      '{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeLogs":[' +
        '{"scope":{"name":"test"},"logRecords":[{"timeUnixNano":"17","attributes":[{"key":"status","value":{"intValue":"403"}}]}]},' +
        '{"scope":{"name":"sf-processor"},"logRecords":[{"timeUnixNano":"17","severityNumber":18,"severityText":"critical","attributes":[' +
        '{"key":"sf.processor.rules","value":{"arrayValue":{"values":[{"stringValue":"Forbidden page"},{"stringValue":"Admin"}]}}},' +
        '{"key":"sf.processor.tags","value":{"arrayValue":{"values":[{"stringValue":"web"},{"stringValue":"t1190"}]}}}]}]}]}',
    ],
  )
})

test('fields of actions are attributes of the alert, and 64-bit integers are exact', () => {
  const fields = new Map<string, ActionFieldValue>([
    ['owner', 'a "b"'],
    ['times', 3],
    ['share', 0.5],
    ['least', -9223372036854775808n],
    ['large', 9223372036854775808n],
    ['beyond', 2 ** 60],
    ['new', true],
  ])
  const batch = batchOf(resourceLogs({}, logRecord({}, { time: 17n })))
  const evaluated = new EvaluatedBatch(batch, Uint32Array.of(0), [{ ...MATCHES, contextTags: ['seen'], fields }])
  const [line = ''] = linesOf(into => new OtelEncoder().encode(evaluated, 0, 1, into))
  const { attributes } = JSON.parse(line).scopeLogs[1].logRecords[0]
  assert.deepEqual(
    attributes.slice(2).map(({ key, value }: { key: string; value: object }) => [key, value]),
    [
      ['sf.processor.fields.owner', { stringValue: 'a "b"' }],
      ['sf.processor.fields.times', { intValue: '3' }],
      ['sf.processor.fields.share', { doubleValue: 0.5 }],
      ['sf.processor.fields.least', { intValue: '-9223372036854775808' }],
      ['sf.processor.fields.large', { stringValue: '9223372036854775808' }],
      ['sf.processor.fields.beyond', { doubleValue: 2 ** 60 }],
      ['sf.processor.fields.new', { boolValue: true }],
    ],
  )
})

test('log data is unchanged after reading, writing as OTLP/JSON, reading again, and writing as protocol buffers', () => {
  const random = new SeededRandom(5)
  for (let times = 0; times < 200; times++) {
    const batch = batchOf(randomLogs(random), randomLogs(random))
    const all = unevaluated(batch)
    const lines = linesOf(into => new OtelEncoder().encode(all, 0, all.length, into))
    assert.equal(lines.length, batch.length)
    for (const [row, line] of lines.entries()) {
      const data = [
        { resource: batch.resources[row], scopes: [{ scope: batch.scopes[row], records: [batch.records[row]] }] },
      ] as unknown as Parameters<typeof writeProto>[0]
      assert.deepEqual(plain(readJson(line)), plain(readProto(writeProto(data))))
      assert.deepEqual(plain(readProto(writeProto(readJson(line)))), plain(readProto(writeProto(data))))
    }
  }
})

test('every priority has a severity; the most severe rule decides', () => {
  const numbers = PRIORITIES.map(
    priority => otelSeverityOf({ rules: [{ name: '', description: '', priority, tags: [] }], contextTags: [] }).number,
  )
  assert.ok(numbers.every(number => number >= 1 && number <= 24))
  assert.deepEqual(otelSeverityOf(MATCHES), { number: 18, text: 'critical' })
  assert.deepEqual(otelSeverityOf({ rules: [], contextTags: ['x'] }), { number: 0, text: '' })
})

test('a SysFlow record is log data that any receiver of OTLP/JSON reads, with the names of its attributes', async () => {
  const known = new Set(ATTRIBUTES.map(({ name }) => name))
  let records = 0
  await flattenTrace(Buffer.from(writeTrace(appendixATrace())), rows => {
    const evaluated = new EvaluatedBatch(
      rows,
      Uint32Array.from({ length: rows.length }, (_, row) => row),
      Array.from({ length: rows.length }, (_, row) => (row % 2 === 0 ? MATCHES : null)),
    )
    const lines = linesOf(into => new SysFlowOtelEncoder('1.0.0').encode(evaluated, 0, rows.length, into))
    for (const [row, line] of lines.entries()) {
      records++
      const [logs] = readJson(line)
      const record = logs?.scopes[0]?.records[0]
      assert.equal(logs?.scopes[0]?.scope.name, 'sfprocessor')
      assert.equal(logs?.resource.attributes.find('host.name'), rows.header.exporter)
      assert.equal(record?.time, (BigInt(rows.tsHigh[row] ?? 0) << 32n) | BigInt((rows.tsLow[row] ?? 0) >>> 0))
      assert.equal(record?.severityText, row % 2 === 0 ? 'critical' : '')
      if (row % 2 === 0) {
        assert.equal(record?.body, 'Forbidden page, Admin')
        assert.deepEqual(record?.attributes.find('sf.processor.tags'), ['web', 't1190'])
      } else assert.match(String(record?.body), /^(PE|NF|FF|FE|KE)/)
      for (const { key } of record?.attributes.entries ?? []) assert.ok(known.has(key) || key.startsWith('sf.processor.'), key)
      assert.equal(record?.attributes.find('sf.ts'), record?.time)
    }
  })
  assert.ok(records > 5)
})

test('host and container of a log record come from its resource, any other key is an attribute', () => {
  const batch = batchOf(
    resourceLogs({ 'host.name': 'a b\n%', 'container.id': 'c0ffee' }, logRecord({ team: 'x', size: 3n })),
    resourceLogs({ 'host.id': 'h-1' }, logRecord({ 'host.name': 'not of the resource', tags: ['a', 'b'] })),
    resourceLogs({}, logRecord({})),
  )
  const keysOf = (name: string): unknown[] => [0, 1, 2].map(row => OTEL_ADAPTER.key?.(name, batch, row))
  assert.deepEqual(keysOf('host'), ['a b\n%', 'h-1', undefined])
  assert.deepEqual(keysOf('container'), ['c0ffee', 'h-1', undefined])
  assert.deepEqual(keysOf('team'), ['x', undefined, undefined])
  assert.deepEqual(keysOf('size'), ['3', undefined, undefined])
  assert.deepEqual(keysOf('tags'), [undefined, 'a,b', undefined])
})

test('the id of a log record depends only on all its received data', () => {
  const idOf = (...data: Parameters<OtelBatch['append']>[0][number][]): string => {
    const batch = batchOf(...data)
    return OTEL_ADAPTER.id?.(batch, batch.length - 1) ?? ''
  }
  const first = resourceLogs({ 'host.name': 'a' }, logRecord({ id: 1n }, { time: 17n }))
  const id = idOf(first)
  assert.match(id, /^[0-9a-f]{32}$/)
  assert.equal(idOf(resourceLogs({}, logRecord()), first), id)
  for (const other of [
    resourceLogs({ 'host.name': 'b' }, logRecord({ id: 1n }, { time: 17n })),
    resourceLogs({ 'host.name': 'a' }, logRecord({ id: 2n }, { time: 17n })),
    resourceLogs({ 'host.name': 'a' }, logRecord({ id: 1n }, { time: 18n })),
    resourceLogs({ 'host.name': 'a' }, logRecord({ id: '1' }, { time: 17n })),
  ])
    assert.notEqual(idOf(other), id)
})

test('a flat log record has its fields, then its attributes in the lookup order of rules', () => {
  const record = logRecord({ 'host.name': 'inner', id: 7n, body: 'clash' }, { time: 17n, severity: 9, body: 'text' })
  const batch = batchOf(resourceLogs({ 'host.name': 'outer' }, record))
  assert.deepEqual(
    [...(OTEL_ADAPTER.snapshot?.(batch, 0) ?? [])],
    [
      ['timeUnixNano', 17n],
      ['severityNumber', 9],
      ['body', 'text'],
      ['scope.name', 'test'],
      ['host.name', 'outer'],
      ['id', 7n],
      ['attributes.body', 'clash'],
    ],
  )
  assert.equal(OTEL_ADAPTER.time?.(batch, 0), 17n)
})

// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Acknowledgement } from '../../core/contract/batch.js'
import { MAX_VALUE_DEPTH, OtelFormatError, type ResourceLogs } from '../../core/exporter/otlp/log-records.js'
import { readJson } from '../../core/exporter/otlp/read-json.js'
import { readProto } from '../../core/exporter/otlp/read-proto.js'
import { attributesOf, logRecord, randomLogs, resource, scope } from '../../core/exporter/otlp/testing/log-data.js'
import { writeProto } from '../../core/exporter/otlp/write-proto.js'
import { SeededRandom } from '../../core/policy/testing/random-policy.js'
import { JsonValueSplitter } from './json-value-splitter.js'
import { OTEL_ADAPTER } from './otel-adapter.js'
import { OtelBatch } from './otel-batch.js'

/** The data as plain JSON, without properties that are derived from it. */
const plain = (data: readonly ResourceLogs[]): unknown =>
  JSON.parse(
    JSON.stringify(data, (_, value) =>
      typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? String(value) : value,
    ),
  )

const LOGS = `{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeLogs":[{"scope":{"name":"http","version":"1"},
  "logRecords":[{"timeUnixNano":"1700000000000000001","severityNumber":9,"body":{"stringValue":"GET"},"traceId":"5B8EFFF798038103D269B633813FC60C",
  "attributes":[{"key":"status","value":{"intValue":"403"}},{"key":"up","value":{"boolValue":false}},{"key":"load","value":{"doubleValue":0.5}},
  {"key":"raw","value":{"bytesValue":"aGk="}},{"key":"zones","value":{"arrayValue":{"values":[{"stringValue":"eu"},{}]}}},
  {"key":"http","value":{"kvlistValue":{"values":[{"key":"method","value":{"stringValue":"GET"}}]}}}]}]}],"schemaUrl":"https://example.org/1"}`

test('OTLP/JSON is read: one ResourceLogs, a LogsData, an array of either', () => {
  const one = readJson(LOGS)
  const record = one[0]?.scopes[0]?.records[0]
  assert.equal(record?.time, 1700000000000000001n)
  assert.equal(record?.traceId, '5b8efff798038103d269b633813fc60c')
  assert.equal(record?.attributes.find('status'), 403n)
  assert.equal(record?.attributes.find('up'), false)
  assert.equal(record?.attributes.find('load'), 0.5)
  assert.deepEqual(record?.attributes.find('raw'), Buffer.from('hi'))
  assert.deepEqual(record?.attributes.find('zones'), ['eu', null])
  assert.equal(record?.attributes.find('method'), 'GET')
  assert.equal(one[0]?.resource.schemaUrl, 'https://example.org/1')
  assert.deepEqual(plain(readJson(`{"resourceLogs":[${LOGS}]}`)), plain(one))
  assert.deepEqual(plain(readJson(`[${LOGS},{"resourceLogs":[${LOGS}]}]`)), plain([...one, ...one]))
})

test('names with underscores, and the dump of the Go library, give the same data; clocks as numbers keep every digit', () => {
  const underscores = `[{"resource":{},"scope_logs":[{"scope":{},"log_records":[{"time_unix_nano":1700000000000000001,"severity_number":"SEVERITY_NUMBER_WARN2",
    "attributes":[{"key":"1700000000000000009","value":{"string_value":"1700000000000000009"}},{"key":"n","value":{"int_value":9007199254740993}}]}]}]}]`
  const dump = `[{"resource":{},"scope_logs":[{"scope":{},"log_records":[{"time_unix_nano":1700000000000000001,"severity_number":14,"trace_id":"W47/95gDgQPSabYzgT/GDA==",
    "attributes":[{"key":"1700000000000000009","value":{"Value":{"StringValue":"1700000000000000009"}}},{"key":"n","value":{"Value":{"IntValue":9007199254740993}}},
    {"key":"l","value":{"Value":{"ArrayValue":{"values":[{"Value":{"BoolValue":true}}]}}}},{"key":"k","value":{"Value":{"KvlistValue":{"values":[{"key":"in","value":{"Value":{"DoubleValue":1.5}}}]}}}}]}]}]}]`
  for (const text of [underscores, dump]) {
    const record = readJson(text)[0]?.scopes[0]?.records[0]
    assert.equal(record?.time, 1700000000000000001n)
    assert.equal(record?.severity, 14)
    assert.equal(record?.attributes.find('1700000000000000009'), '1700000000000000009')
    assert.equal(record?.attributes.find('n'), 9007199254740993n)
  }
  const dumped = readJson(dump)[0]?.scopes[0]?.records[0]
  assert.equal(dumped?.traceId, '5b8efff798038103d269b633813fc60c')
  assert.deepEqual(dumped?.attributes.find('l'), [true])
  assert.equal(dumped?.attributes.find('in'), 1.5)
})

test('invalid log data is refused with the reason', () => {
  for (const [text, reason] of [
    ['{', /JSON/],
    ['7', /top level is not an object/],
    ['{"a":1}', /neither resourceLogs nor scopeLogs/],
    ['{"resourceLogs":{}}', /resourceLogs is not an array/],
    ['{"scopeLogs":[{"logRecords":[{"timeUnixNano":"soon"}]}]}', /timeUnixNano is not an integer/],
    ['{"scopeLogs":[{"logRecords":[{"attributes":[{"key":1}]}]}]}', /key is not a string/],
  ] as const)
    assert.throws(
      () => readJson(text),
      error => error instanceof OtelFormatError && reason.test(error.message),
    )
  const deep = (levels: number): string =>
    `{"scopeLogs":[{"logRecords":[{"body":${'{"arrayValue":{"values":['.repeat(levels)}{}${']}}'.repeat(levels)}}]}]}`
  assert.equal(readJson(deep(MAX_VALUE_DEPTH)).length, 1)
  assert.throws(() => readJson(deep(MAX_VALUE_DEPTH + 1)), /nested levels/)
})

test('written protocol buffers are read as the same data, 500 times', () => {
  const random = new SeededRandom(7)
  for (let times = 0; times < 500; times++) {
    const data = random.listOf(3, () => randomLogs(random))
    assert.deepEqual(plain(readProto(writeProto(data))), plain(data))
  }
})

test('other implementations read our protocol buffers', () => {
  const message = writeProto([
    { resource: resource({ a: 'b' }), scopes: [{ scope: scope({}, 's'), records: [logRecord({}, { time: 1n, severity: 9 })] }] },
  ])
  assert.deepEqual(
    [...message],
    [
      ...[0x0a, 32],
      ...[0x0a, 10, 0x0a, 8, 0x0a, 1, 0x61, 0x12, 3, 0x0a, 1, 0x62],
      ...[0x12, 18, 0x0a, 3, 0x0a, 1, 0x73],
      ...[0x12, 11, 0x09, 1, 0, 0, 0, 0, 0, 0, 0, 0x10, 9],
    ],
  )
})

test('a damaged message is read or refused without an exception: cut at every byte, and every byte changed', () => {
  const random = new SeededRandom(11)
  const message = writeProto([randomLogs(random), randomLogs(random), randomLogs(random)])
  const attempt = (bytes: Uint8Array): void => {
    try {
      readProto(bytes)
    } catch (error) {
      assert.ok(error instanceof OtelFormatError, String(error))
    }
  }
  for (let at = 0; at < message.length; at++) {
    attempt(message.subarray(0, at))
    for (const change of [0x01, 0x80, 0xff]) {
      const changed = Buffer.from(message)
      changed[at] = (changed[at] as number) ^ change
      attempt(changed)
    }
  }
})

const pieces = (text: string, chunk: number): readonly (readonly [string, number])[] => {
  const values = new JsonValueSplitter(1000)
  const bytes = Buffer.from(text)
  const all = []
  for (let at = 0; at < bytes.length; at += chunk) all.push(...values.push(bytes.subarray(at, at + chunk)))
  return [...all, ...values.finish()].map(piece => [piece.text, piece.offset] as const)
}

test('JSON values are extracted from a stream in the same way for any fragmentation', () => {
  for (const [text, expected] of [
    [
      '{"a":1}\n{"b":"}"}',
      [
        ['{"a":1}', 0],
        ['{"b":"}"}', 8],
      ],
    ],
    [
      '\ufeff[ {"é":1},\n {"b":[1,2]} ]',
      [
        ['{"é":1}', 5],
        ['{"b":[1,2]}', 16],
      ],
    ],
    ['[]', []],
    [
      '{"a":"\\"}"}{"b":1}',
      [
        ['{"a":"\\"}"}', 0],
        ['{"b":1}', 11],
      ],
    ],
    [
      'oops {\n{"a":1}',
      [
        ['oops {', 0],
        ['{"a":1}', 7],
      ],
    ],
    ['{"a":', [['{"a":', 0]]],
    [
      '[[1],[2]]',
      [
        ['[1]', 1],
        ['[2]', 5],
      ],
    ],
  ] as const)
    for (let chunk = 1; chunk < 12; chunk++) assert.deepEqual(pieces(text, chunk), expected, `${text} in pieces of ${chunk}`)
  assert.throws(() => pieces(`{"a":"${'x'.repeat(2000)}"}`, 100), OtelFormatError)
})

test('an attribute is searched in the resource, then the scope, then the log record, and inside keyed values', () => {
  const batch = new OtelBatch()
  batch.append(
    [
      {
        resource: resource({ a: 'resource', http: { entries: [{ key: 'deep', value: 'in the resource' }] } }),
        scopes: [
          {
            scope: scope({ a: 'scope', b: 'scope' }),
            records: [logRecord({ a: 'record', b: 'record', c: 'record', deep: 'record', empty: '' })],
          },
        ],
      },
    ],
    0,
  )
  const read = (name: string): unknown => {
    const attribute = OTEL_ADAPTER.attributes.find(name)
    return attribute?.type === 'any' ? attribute.read(batch, 0) : undefined
  }
  assert.equal(read('a'), 'resource')
  assert.equal(read('b'), 'scope')
  assert.equal(read('c'), 'record')
  assert.equal(read('deep'), 'in the resource')
  assert.equal(read('empty'), '')
  assert.deepEqual(read('http'), { entries: [{ key: 'deep', value: 'in the resource' }] })
  assert.equal(read('d'), undefined)
  assert.equal(OTEL_ADAPTER.attributes.find('5'), undefined)
})

test('a duplicate key has its first value; other values take precedence over keyed values of the same name', () => {
  const attributes = attributesOf({ x: { entries: [{ key: 'x', value: 1n }, { key: 'y', value: 2n }] }, y: 3n }) // biome-ignore format: one line
  assert.equal(attributes.find('x'), 1n)
  assert.equal(attributes.find('y'), 2n)
})

test('a batch releases its acknowledgements after the release of all receivers', () => {
  let done = 0
  const batch = new OtelBatch()
  batch.attachAcknowledgement(new Acknowledgement(() => done++))
  batch.attachAcknowledgement(new Acknowledgement(() => done++))
  batch.retain()
  batch.release()
  assert.equal(done, 0)
  batch.release()
  assert.equal(done, 2)
})

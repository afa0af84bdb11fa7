// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import avro from 'avsc'
import fc from 'fast-check'
import { appendixAFurtherRecords, appendixATrace } from '../testing/appendix-a-trace.js'
import { BRANCH_NAME_BY_KIND, SCHEMA_V5 } from './schema-v5.js'
import type { FileFlowRecord, TraceRecord } from './trace-record.js'
import { encodeRecord, TraceWriter, writeTrace } from './trace-writer.js'

for (const codec of ['null', 'deflate'] as const) {
  test(`the trace of appendix A, written with codec ${codec}, is read back by avsc record by record`, async () => {
    const records = [...appendixATrace(), ...appendixAFurtherRecords()]
    assert.deepEqual(await readBack(writeTrace(records, { codec })), records)
  })
}

test('the same records give the same bytes, and the block size determines the number of blocks', () => {
  const records = appendixATrace()
  assert.deepEqual(writeTrace(records), writeTrace(records))
  assert.equal(blocksOf(writeTrace(records)), 1)
  assert.equal(blocksOf(writeTrace(records, { blockSize: 1 })), records.length)
})

test('a record larger than a block is written whole', async () => {
  const [header, , , , shell] = appendixATrace()
  assert(header && shell?.branch === 'P')
  const records: TraceRecord[] = [header, { branch: 'P', record: { ...shell.record, exeArgs: 'x'.repeat(500_000) } }, header]
  assert.deepEqual(await readBack(writeTrace(records)), records)
})

test('a trace without records is only a header, and finishing twice adds nothing', () => {
  const pieces: Uint8Array[] = []
  const writer = new TraceWriter(bytes => pieces.push(bytes))
  writer.finish()
  writer.finish()
  assert.equal(pieces.length, 1)
})

test('every branch has its union index of the wire format', () => {
  const order = ['H', 'C', 'P', 'F', 'PE', 'NF', 'FF', 'FE', 'NE', 'PF', 'PD', 'KE']
  assert.deepEqual(Object.keys(BRANCH_NAME_BY_KIND), order)
  for (const record of appendixATrace()) assert.equal(encodeRecord(record)[0], order.indexOf(record.branch) * 2)
})

test('check 4: 64-bit clocks and counters survive unchanged up to ±2^63', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      (clock, count) => {
        const record: FileFlowRecord = {
          procOID: { createTS: clock, hpid: count },
          ts: clock,
          tid: 1,
          opFlags: 256,
          openFlags: 0,
          endTs: clock,
          fileOID: Buffer.alloc(20, 7),
          fd: 3,
          numRRecvOps: 0,
          numWSendOps: 0,
          numRRecvBytes: count,
          numWSendBytes: 0,
        }
        assert.deepEqual(unwrap(ORACLE.fromBuffer(encodeRecord({ branch: 'FF', record }))), { branch: 'FF', record })
      },
    ),
  )
})

test('the payload of a deflated block equals that of codec null', () => {
  const records = appendixATrace()
  const deflated = writeTrace(records)
  const plainTrace = writeTrace(records, { codec: 'null' })
  const marker = deflated.subarray(-16)
  const start = deflated.indexOf(marker) + 16
  const payload = inflateRawSync(deflated.subarray(start + 1 + lengthOfVarint(deflated, start + 1), -16))
  assert.equal(plainTrace.indexOf(payload) > 0, true)
})

const CLOCKS: ReadonlySet<string> = new Set(['ts', 'endTs', 'createTS'])

const LONG = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  // Needed only for the schema's defaults.
  toBuffer: (value: bigint) => Buffer.from(new BigInt64Array([value]).buffer),
  fromJSON: BigInt,
  toJSON: String,
  isValid: () => true,
  compare: () => 0,
})

const ORACLE = oracle(SCHEMA_V5)

function oracle(schema: unknown): avro.Type {
  return avro.Type.forSchema(JSON.parse(JSON.stringify(schema)), {
    typeHook: node =>
      node === 'long' || (typeof node === 'object' && 'type' in node && node.type === 'long') ? LONG : undefined,
  })
}

/** The records of a container as avsc's reader decodes them, with the schema in the file. */
function readBack(bytes: Buffer): Promise<TraceRecord[]> {
  const records: TraceRecord[] = []
  const decoder = new avro.streams.BlockDecoder({ parseHook: oracle })
  return new Promise((resolve, reject) => {
    decoder.on('data', datum => records.push(unwrap(datum)))
    decoder.on('error', reject)
    decoder.on('end', () => resolve(records))
    decoder.end(bytes)
  })
}

function unwrap(datum: { rec: Record<string, unknown> }): TraceRecord {
  const [name, record] = Object.entries(datum.rec)[0] ?? []
  const branch = Object.entries(BRANCH_NAME_BY_KIND).find(([, full]) => full === name)?.[0]
  return { branch, record: plain(record, '') } as TraceRecord
}

/** Converts longs that are not clocks to numbers, and removes avsc's constructors from records. */
function plain(value: unknown, name: string): unknown {
  if (typeof value === 'bigint') return CLOCKS.has(name) ? value : Number(value)
  if (Array.isArray(value)) return value.map(item => plain(item, name))
  if (Buffer.isBuffer(value)) return Buffer.from(value)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, key)]))
}

function blocksOf(trace: Buffer): number {
  const marker = trace.subarray(-16)
  let blocks = -1
  for (let at = trace.indexOf(marker); at >= 0; at = trace.indexOf(marker, at + 16)) blocks++
  return blocks
}

function lengthOfVarint(bytes: Buffer, at: number): number {
  let length = 1
  while ((bytes[at + length - 1] ?? 0) > 127) length++
  return length
}

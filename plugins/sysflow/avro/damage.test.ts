// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { NONE_DISABLED, silentLogger } from '../../../core/contract/host.js'
import { Fault } from '../../../core/errors/fault.js'
import { inMemoryReader } from '../../../core/input/byte-reader.js'
import { shared, withoutShared } from '../../../core/testing/shared.js'
import { DecoderCache } from '../reader/decoder.js'
import { EventColumns } from '../reader/event-columns.js'
import { SysFlowBlock } from '../reader/sysflow-block.js'
import { SysFlowReader } from '../reader/sysflow-reader.js'
import { containerBlockBytes, containerHeaderBytes, varintBytes } from '../testing/container-bytes.js'
import { ContainerReader } from './container-reader.js'

const ENTITY = 'sysflow.entity'
const OID = {
  type: 'record',
  name: 'sysflow.type.OID',
  fields: [
    { name: 'createTS', type: 'long' },
    { name: 'hpid', type: 'long' },
  ],
}
const record = (name: string, fields: readonly (readonly [string, unknown])[]) => ({
  type: 'record',
  name,
  fields: fields.map(([field, type]) => ({ name: field, type })),
})
/** Three branches and few fields, so each byte can be corrupted in turn. */
const SCHEMA = JSON.stringify(
  record('S', [
    [
      'rec',
      [
        record(`${ENTITY}.SFHeader`, [['exporter', 'string']]),
        record(`${ENTITY}.Process`, [
          ['oid', OID],
          ['exe', 'string'],
          ['env', { type: 'array', items: 'string' }],
          ['containerId', ['null', 'string']],
        ]),
        record('sysflow.event.ProcessEvent', [
          ['procOID', 'sysflow.type.OID'],
          ['ts', 'long'],
          ['ret', 'int'],
        ]),
      ],
    ],
  ]),
)

const text = (value: string): Buffer => Buffer.concat([varintBytes(value.length), Buffer.from(value)])
const headerRecord = Buffer.concat([varintBytes(0), text('host')])
const processRecord = (pid: number): Buffer =>
  Buffer.concat([
    varintBytes(1),
    varintBytes(1700000000000000000n),
    varintBytes(pid),
    text(`/bin/${pid}`),
    varintBytes(-1),
    varintBytes(4),
    text('A=1'),
    varintBytes(0),
    varintBytes(1),
    text('c1'),
  ])
const eventRecord = (pid: number, ts: bigint): Buffer =>
  Buffer.concat([varintBytes(2), varintBytes(1700000000000000000n), varintBytes(pid), varintBytes(ts), varintBytes(-2)])

/** Four blocks with one event each, whose time is the number of the block. */
function smallTrace(codec: 'null' | 'deflate'): { bytes: Buffer; starts: number[] } {
  const parts = [containerHeaderBytes({ 'avro.schema': SCHEMA, 'avro.codec': codec })]
  const starts: number[] = []
  for (let n = 0; n < 4; n++) {
    const payload = Buffer.concat([
      ...(n === 0 ? [headerRecord, processRecord(7)] : []),
      eventRecord(7, BigInt(n)),
      processRecord(8),
    ])
    starts.push(parts.reduce((sum, part) => sum + part.length, 0))
    parts.push(containerBlockBytes(n === 0 ? 4 : 2, codec === 'null' ? payload : deflateRawSync(payload)))
  }
  const bytes = Buffer.concat(parts)
  return { bytes, starts: [...starts, bytes.length] }
}

const decoders = new DecoderCache()

/**
 * Times of the decoded events, and the reports about the others. Fails on any error that is not a fault, and if the record
 * counts do not add up.
 */
async function timesIn(bytes: Buffer): Promise<{ times: number[]; faults: Fault[]; warnings: string[] }> {
  const faults: Fault[] = []
  const warnings: string[] = []
  const times: number[] = []
  const host = {
    log: { ...silentLogger, warn: (text: string) => text.includes('unknown kinds') && warnings.push(text) }, stage: 'reader', directory: '.', inputType: undefined, outputType: undefined, disabledOptimizations: NONE_DISABLED, records: () => [],
    reportFault: (fault: Error) => {
      assert.ok(fault instanceof Fault)
      faults.push(fault)
    },
  } // biome-ignore format: short
  const container = new ContainerReader(inMemoryReader('t', bytes), schema => decoders.of(schema), host.reportFault)
  async function* blocks(): AsyncGenerator<SysFlowBlock> {
    try {
      for await (const found of container.blocks()) {
        const { schema, bytes, count } = found
        yield new SysFlowBlock(schema, bytes, count, 't', container)
      }
    } catch (error) {
      assert.ok(error instanceof Fault, String(error))
      faults.push(error)
    }
  }
  const reader = new SysFlowReader({ columns: () => new EventColumns(3) }, host)
  const send = async (batch: unknown): Promise<void> => {
    assert.ok(batch instanceof EventColumns)
    for (let row = 0; row < batch.length; row++) times.push(batch.tsLow[row] ?? -1)
  }
  await reader.run(blocks(), { send, close() {} }, new AbortController().signal)
  assert.equal(reader.ledger.difference, 0)
  return { times, faults, warnings }
}

/** The blocks that are completely before `from`, or start at `to` or later. */
const untouched = (starts: readonly number[], from: number, to: number): number[] =>
  [0, 1, 2, 3].filter(n => (starts[n + 1] ?? 0) <= from || (starts[n] ?? 0) >= to)

const assertAllRead = (times: readonly number[], expected: readonly number[], message: string): void =>
  assert.deepEqual(
    expected.filter(time => times.includes(time)),
    expected,
    message,
  )

for (const codec of ['null', 'deflate'] as const) {
  const { bytes, starts } = smallTrace(codec)
  const head = starts[0] ?? 0

  test(`the small trace (${codec}) is read whole`, async () => {
    assert.deepEqual(await timesIn(bytes), { times: [0, 1, 2, 3], faults: [], warnings: [] })
  })

  for (const [damage, spoil] of [
    ['flipped', (byte: number) => byte ^ 255],
    ['off by one bit', (byte: number) => byte ^ 1],
    ['zeroed', () => 0],
  ] as const)
    test(`each byte of a small trace (${codec}) ${damage} in turn: all other blocks are read`, async () => {
      for (let at = 0; at < bytes.length; at++) {
        const spoilt = Buffer.from(bytes)
        spoilt[at] = spoil(bytes[at] ?? 0)
        const { times, faults, warnings } = await timesIn(spoilt)
        assert.ok(faults.length + warnings.length > 0 || times.length === 4, `byte ${at} is missed silently`)
        if (at >= head) {
          assertAllRead(times, untouched(starts, at, at + 1), `byte ${at}`)
        }
      }
    })

  test(`a small trace (${codec}) cut at each byte: all earlier blocks are read, and a cut within a block is an error`, async () => {
    for (let length = 0; length < bytes.length; length++) {
      const { times, faults } = await timesIn(bytes.subarray(0, length))
      assert.deepEqual(times, untouched(starts, length, Number.POSITIVE_INFINITY), `cut at ${length}`)
      assert.equal(faults.length, starts.includes(length) ? 0 : 1, `cut at ${length}`)
    }
  })

  test(`each byte of a small trace (${codec}) removed, and duplicated: all other blocks are read, except one after a marker`, async () => {
    for (let at = head; at < bytes.length; at++)
      for (const changed of [
        Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
        Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + 1), bytes.subarray(at)]),
      ]) {
        const { times } = await timesIn(changed)
        // A marker of 15 or 17 bytes hides the start of the next block.
        const isMarker = starts.some(start => at >= start - 16 && at < start)
        assertAllRead(times, untouched(starts, at, isMarker ? at + 60 : at + 1), `byte ${at}`)
      }
  })
}

test('each byte of the blocks of a recorded trace flipped, zeroed and cut in turn gives faults, never an exception', {
  skip: withoutShared,
}, async () => {
  const bytes = readFileSync(shared('traces', 'processor', 'tcp.sf'))
  const whole = await timesIn(bytes)
  assert.deepEqual([whole.times.length, whole.faults], [10, []])
  for (let at = 4317; at < bytes.length; at += 1)
    for (const spoil of [(byte: number) => byte ^ 255, (byte: number) => byte ^ 16, () => 0]) {
      const spoilt = Buffer.from(bytes)
      spoilt[at] = spoil(bytes[at] ?? 0)
      const { times, faults } = await timesIn(spoilt)
      // A changed field value cannot be detected, but a missing record must have been reported.
      assert.ok(faults.length > 0 || times.length === 10, `byte ${at}`)
      assert.ok(times.length <= 10 + faults.length, `byte ${at}`)
    }
  for (let length = 4317; length < bytes.length; length++) {
    const { faults } = await timesIn(bytes.subarray(0, length))
    // A header alone is a trace without records.
    assert.ok(length === 4333 || faults.length > 0, `cut at ${length}`)
  }
})

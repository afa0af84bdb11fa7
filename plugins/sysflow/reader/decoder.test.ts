// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ALL_DISABLED, NONE_DISABLED } from '../../../core/contract/host.js'
import { inMemoryReader } from '../../../core/input/byte-reader.js'
import { shared, withoutShared } from '../../../core/testing/shared.js'
import { ContainerReader, type DecompressedBlock } from '../avro/container-reader.js'
import { writeTrace } from '../avro/trace-writer.js'
import { BRANCH_KINDS } from '../entities/branch-kinds.js'
import { SharedTraceState } from '../entities/entity-tables.js'
import { decodedRecords } from '../testing/oracle.js'
import { assertSame, type PlainForm, PlainTables, RecordingTables, rowForm } from '../testing/plain-sysflow.js'
import { BlockCursor } from './block-cursor.js'
import { type Decoder, DecoderCache } from './decoder.js'
import { EventColumns } from './event-columns.js'

interface TraceFacts {
  readonly path: string
  readonly version: number
  readonly records: number
  readonly counts: readonly number[]
}

/** The order of the columns in the traces' README. */
const KINDS = ['H', 'C', 'PD', 'P', 'F', 'PE', 'NF', 'FF', 'FE', 'NE', 'PF', 'KE'] as const

const TRACES: readonly TraceFacts[] = withoutShared
  ? []
  : readFileSync(shared('traces', 'README.md'), 'utf8')
      .split('\n')
      .filter(line => /^\| \w+\/.* deflate /.test(line))
      .map(line => line.split('|').map(cell => cell.trim()))
      .map(cells => ({
        path: cells[1] ?? '',
        version: Number(cells[4]),
        records: Number(cells[6]),
        counts: cells.slice(7, 19).map(Number),
      }))

const decoders = new DecoderCache()

async function blocksOf(bytes: Buffer, without = NONE_DISABLED): Promise<DecompressedBlock<Decoder>[]> {
  const blocks: DecompressedBlock<Decoder>[] = []
  const reader = new ContainerReader(
    inMemoryReader('trace', bytes),
    text => decoders.of(text),
    fault => assert.fail(fault.message),
    without,
  )
  for await (const block of reader.blocks()) blocks.push(block)
  return blocks
}

/** Decodes all blocks into columns of `capacity` rows, and takes the rows whenever the decoder stops. */
function decodeAll(
  blocks: readonly DecompressedBlock<Decoder>[],
  capacity: number,
  without = NONE_DISABLED,
): { tables: RecordingTables; events: PlainForm[] } {
  const tables = new RecordingTables(new SharedTraceState(without))
  const events: PlainForm[] = []
  const columns = new EventColumns(capacity)
  columns.header = tables.header
  for (const block of blocks) {
    const cursor = new BlockCursor(block.bytes, block.count)
    for (let stop = ''; stop !== 'block done'; ) {
      stop = block.schema.decode(cursor, columns, tables)
      assert.notEqual(stop, 'undecodable')
      for (let row = 0; row < columns.length; row++) {
        if (columns.header !== tables.header) assert.fail('rows stand under the header that they belong to')
        events.push(rowForm(columns, row))
      }
      columns.length = 0
    }
    assert.equal(cursor.position, block.bytes.length)
  }
  return { tables, events }
}

test('check 6: the shared folder contains traces of header versions 1000, 1001, 2, 3, 4 and 5, 44 in total', {
  skip: withoutShared,
}, () => {
  assert.equal(TRACES.length, 44)
  assert.deepEqual(
    [...new Set(TRACES.map(trace => trace.version))].sort((a, b) => a - b),
    [2, 3, 4, 5, 1000, 1001],
  )
})

for (const trace of TRACES)
  test(`check 6: ${trace.path} has the counts of its README, and every field equals the result of avsc`, async () => {
    const path = shared('traces', trace.path)
    const bytes = readFileSync(path)
    const expected = new PlainTables()
    for (const { branch, record } of decodedRecords(path)) expected.take(branch, record)
    for (const without of [NONE_DISABLED, ALL_DISABLED]) {
      const { tables, events } = decodeAll(await blocksOf(bytes, without), 1024, without)
      assert.deepEqual(
        KINDS.map(kind => tables.counts[BRANCH_KINDS.indexOf(kind)]),
        trace.counts,
      )
      assert.equal(tables.header.version, trace.version)
      assertSame(tables.stored, expected.stored)
      assertSame(events, expected.events)
    }
  })

test('check 7, 8: a version 1000 trace has ip NA, no file name, and no process is an entry point', {
  skip: withoutShared,
}, async () => {
  const { tables } = decodeAll(await blocksOf(readFileSync(shared('traces', 'processor', 'tcp.sf'))), 64)
  assert.equal(tables.header.ip, 'NA')
  assert.equal(tables.header.filename, '')
  assert.ok(tables.stored.filter(form => form.is === 'P').every(form => form.entry === false && form.cwd === ''))
})

test('check 9: network flows of the 8-branch traces have fd 0', { skip: withoutShared }, async () => {
  const { events } = decodeAll(await blocksOf(readFileSync(shared('traces', 'collector', 'nodejs', 'mon.1544763289.sf'))), 500)
  const flows = events.filter(event => event.is === 5)
  assert.equal(flows.length, 767)
  assert.ok(flows.every(flow => flow.fd === 0n))
})

test('check 5: clocks that the schema calls milliseconds keep all their digits', { skip: withoutShared }, async () => {
  const { events } = decodeAll(await blocksOf(readFileSync(shared('traces', 'processor', 'tcp.sf'))), 500)
  const first = [...decodedRecords(shared('traces', 'processor', 'tcp.sf'))].find(({ branch }) => /Event|Flow$/.test(branch))
  assert.equal(events[0]?.ts, first?.record.ts)
  assert.ok(typeof events[0]?.ts === 'bigint' && events[0].ts > 10n ** 18n && events[0].ts % 1_000_000n !== 0n)
})

test('check 4: every clock is preserved, up to both ends of 64 bits', async () => {
  const clocks = [
    1553543280704111050n,
    2n ** 62n + 12345n,
    2n ** 63n - 1n,
    -(2n ** 63n),
    -1n,
    0n,
    1n,
    2n ** 32n,
    2n ** 31n,
    -(2n ** 31n),
    127n,
    128n,
  ]
  const file = Buffer.alloc(20)
  const trace = writeTrace(
    clocks.map(ts => ({
      branch: 'FF',
      record: {
        procOID: { createTS: ts, hpid: 1 },
        ts,
        tid: 1,
        opFlags: 0,
        openFlags: 0,
        endTs: -1n - ts,
        fileOID: file,
        fd: -1,
        numRRecvOps: 2 ** 53 - 1,
        numWSendOps: -5,
        numRRecvBytes: 2 ** 28,
        numWSendBytes: 2 ** 40,
      },
    })),
  )
  const { events } = decodeAll(await blocksOf(trace), 5)
  assert.deepEqual(
    events.map(event => [event.ts, event.endTs]),
    clocks.map(ts => [ts, -1n - ts]),
  )
  assert.deepEqual(
    [events[0]?.numRRecvOps, events[0]?.numWSendOps, events[0]?.numRRecvBytes, events[0]?.numWSendBytes, events[0]?.fd],
    [2n ** 53n - 1n, -5n, 2n ** 28n, 2n ** 40n, -1n],
  )
})

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { Chunk } from '../contract/exporter.js'
import { NEVER_ABORTED } from '../contract/stage.js'
import { contentOf } from '../exporter/chunk-records.js'
import { chunkOfRecordsWithMeta, chunkOfTexts } from '../exporter/testing/chunks.js'
import { DISK_FILES } from './disk-files.js'
import { inspectSpool } from './inspect-spool.js'
import { decodeRecordMeta, encodeRecordMeta, type RecordMeta, recordMetaAt } from './record-meta.js'
import { convertPrefixes, type RecordPrefixes } from './record-prefixes.js'
import { repairSpoolFolder } from './repair-spool-folder.js'
import { spooledRecords } from './spooled-records.js'
import { spoolIn, UNLIMITED } from './testing/spool-folder.js'

const root = mkdtempSync(join(tmpdir(), 'spool-metadata-'))
after(() => rmSync(root, { recursive: true }))
let folders = 0
const newFolder = (): string => join(root, String(++folders))

/** A copy of a folder written by version 1. */
function version1Folder(name: string): string {
  const folder = newFolder()
  cpSync(resolve('core/spool/testing/fixtures/version-1', name), folder, { recursive: true })
  return folder
}

/** Every waiting record, with its metadata. */
async function readWithMeta(
  folder: string,
  prefixes: RecordPrefixes = { ids: false, keys: false },
): Promise<{ records: [string, RecordMeta][]; reported: string[]; chunks: Chunk[] }> {
  const { spool, reported } = spoolIn(DISK_FILES, folder)
  await spool.open()
  const records: [string, RecordMeta][] = []
  const chunks: Chunk[] = []
  while (spool.unread > 0) {
    const read = await spool.next(UNLIMITED, NEVER_ABORTED)
    if (!read) break
    const chunk = convertPrefixes(read.chunk, prefixes)
    chunks.push(chunk)
    for (let record = 0; record < chunk.length; record++) {
      const { id, key, time, topic } = chunk.meta ? recordMetaAt(chunk.meta, record) : {}
      const known = Object.entries({ id, key, time, topic }).filter(([, value]) => value !== undefined)
      records.push([Buffer.from(contentOf(chunk, record)).toString(), Object.fromEntries(known)])
    }
  }
  await spool.close()
  return { records, reported, chunks }
}

async function appendTo(folder: string, ...chunks: readonly Chunk[]): Promise<void> {
  const { spool } = spoolIn(DISK_FILES, folder)
  await spool.open()
  for (const chunk of chunks) assert.equal(await spool.append(chunk, NEVER_ABORTED), chunk.length)
  const { waitingBytes } = spool.statistics
  assert.ok(waitingBytes >= chunks.reduce((sum, { bytes }) => sum + bytes.length, 0))
  await spool.close()
}

const RECORDS = [
  { text: '{"a":1}', id: 'one', key: 'é \n%', time: 1_700_000_000_000_000_001n },
  { text: '{"b":2}', id: 'two', time: -5n, topic: 'own' },
  { text: '', key: 'k'.repeat(70_000) },
]

test('metadata is restored with its records, also in another run', async () => {
  const folder = newFolder()
  await appendTo(folder, chunkOfRecordsWithMeta(...RECORDS), chunkOfTexts('plain'))
  const { records, reported } = await readWithMeta(folder)
  assert.deepEqual(records, [...RECORDS.map(({ text, ...meta }) => [text, meta]), ['plain', {}]])
  assert.deepEqual(reported, [])
  const { waitingBytes } = await inspectSpool(DISK_FILES, folder)
  assert.equal(waitingBytes, 8 + 8 + 1 + 6)
})

test('any metadata is read as it was written, and invalid bytes are detected', () => {
  const text = fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined })
  const time = fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { nil: undefined })
  fc.assert(
    fc.property(text, text, time, text, (id, key, at, topic) => {
      const given = Object.fromEntries(Object.entries({ id, key, time: at, topic }).filter(([, value]) => value !== undefined))
      assert.deepEqual(decodeRecordMeta(encodeRecordMeta(given)), given)
    }),
  )
  const bytes = encodeRecordMeta({ id: 'abc' })
  for (let length = 1; length < bytes.length; length++) assert.equal(decodeRecordMeta(bytes.subarray(0, length)), undefined)
  assert.deepEqual(decodeRecordMeta(Buffer.concat([Uint8Array.of(99, 1, 0, 0, 0, 7), bytes])), { id: 'abc' })
})

test('records without line feeds stay unchanged, and never share a chunk with lines', async () => {
  const folder = newFolder()
  const raw: Chunk = { bytes: Buffer.from('\nab\n'), length: 2, ends: Uint32Array.of(1, 4), framing: 'raw' }
  await appendTo(folder, chunkOfTexts('line'), raw, chunkOfTexts('last'))
  const { records, chunks } = await readWithMeta(folder)
  assert.deepEqual(
    records.map(([text]) => text),
    ['line', '\n', 'ab\n', 'last'],
  )
  assert.deepEqual(
    chunks.map(({ framing = 'lines', length }) => [framing, length]),
    [
      ['lines', 1],
      ['raw', 2],
      ['lines', 1],
    ],
  )
})

test('damaged metadata costs only its own frame', async () => {
  const folder = newFolder()
  await appendTo(folder, chunkOfRecordsWithMeta(...RECORDS.slice(0, 2)), chunkOfTexts('last'))
  const [name = ''] = readdirSync(folder).filter(file => file.endsWith('.spool'))
  const bytes = readFileSync(join(folder, name))
  bytes[28 + 4 + 6] = (bytes[28 + 4 + 6] ?? 0) ^ 1
  writeFileSync(join(folder, name), bytes)
  const { records, reported } = await readWithMeta(folder)
  assert.deepEqual(
    records.map(([text]) => text),
    ['{"b":2}', 'last'],
  )
  assert.match(reported[0] ?? '', /^SFP_SPOOL_LOST records=1 bytes=\d+ lost$/)
})

const X = 'x'.repeat(40)
const HOUR_23 = BigInt(Date.parse('2023-11-14T23:00Z')) * 1_000_000n
const IDS = [
  [`{"number":1,"text":"ä ${X}"}`, { id: 'f4220b38fa0a10b9', time: HOUR_23 }],
  [`{"number":2,"text":"ä ${X}"}`, { id: 'daae102b710964dd', time: HOUR_23 - 3_600_000_000_000n }],
  [`{"number":3,"text":"ä ${X}"}`, { id: '0123456789abcdef', time: HOUR_23 }],
]
const KEYS = [
  ['{"number":0}', { key: 'worker-2' }],
  ['{"number":1}', { key: 'a b\n%' }],
  ['{"number":2}', {}],
  ['{"number":3}', { key: 'é' }],
]
const PLAIN = [0, 1, 2, 3].map(number => [`{"number":${number},"text":"0123456789abcdef 2023-11-14T22 {}"}`, {}])

for (const [name, prefixes, expected] of [
  ['ids', { ids: true, keys: false }, IDS],
  ['keys', { ids: false, keys: true }, KEYS],
  ['plain', { ids: false, keys: false }, PLAIN],
  ['plain', { ids: true, keys: true }, PLAIN],
] as const) {
  test(`a folder "${name}" of version 1 is read; for a target that requests ${JSON.stringify(prefixes)} prefixes become metadata`, async () => {
    const { records, reported } = await readWithMeta(version1Folder(name), prefixes)
    assert.deepEqual(records, expected)
    assert.deepEqual(reported, [])
  })
}

test('records of version 1 keep their prefixes when a damaged folder is repaired, and can be mixed with new ones', async () => {
  const folder = version1Folder('ids')
  const [name = ''] = readdirSync(folder)
    .filter(file => file.endsWith('.spool'))
    .slice(-1)
  const bytes = readFileSync(join(folder, name))
  bytes[40] = (bytes[40] ?? 0) ^ 1
  writeFileSync(join(folder, name), bytes)
  await appendTo(folder, chunkOfRecordsWithMeta({ text: '{"new":1}', id: 'f'.repeat(16), time: 7n }))
  const { saved, damagedFolder } = await repairSpoolFolder(folder)
  assert.deepEqual([saved, damagedFolder !== undefined], [3, true])
  const { records } = await readWithMeta(folder, { ids: true, keys: false })
  assert.deepEqual(records, [...IDS.slice(0, 2), ['{"new":1}', { id: 'f'.repeat(16), time: 7n }]])
})

test('a folder without an owner is listed with its metadata', async () => {
  const folder = newFolder()
  await appendTo(folder, chunkOfRecordsWithMeta(...RECORDS.slice(0, 1)))
  const listed = []
  for await (const { record, meta, framing } of spooledRecords(DISK_FILES, await inspectSpool(DISK_FILES, folder)))
    listed.push([Buffer.from(record).toString(), meta.id, framing])
  assert.deepEqual(listed, [['{"a":1}\n', 'one', 'lines']])
})

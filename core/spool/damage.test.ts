// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { NEVER_ABORTED } from '../contract/stage.js'
import { chunkOfTexts } from '../exporter/testing/chunks.js'
import { DISK_FILES } from './disk-files.js'
import { FRAME_HEADER_BYTES } from './frames.js'
import { inspectSpool } from './inspect-spool.js'
import { POSITION_FILE } from './spool-position.js'
import { readAll, spoolIn } from './testing/spool-folder.js'
import { ModelFiles } from './testing/spool-model-files.js'

const root = mkdtempSync(join(tmpdir(), 'spool-damage-'))
after(() => rmSync(root, { recursive: true }))

/** Two segments of records of several lengths, closed cleanly. */
const RECORDS = ['first', '', 'x'.repeat(40), 'fourth record', 'f', 'sixth', 'y'.repeat(30), 'last']
const folder = join(root, 'whole')

async function makeWhole(): Promise<string[]> {
  const { spool } = spoolIn(DISK_FILES, folder, { segmentBytes: 200 })
  await spool.open()
  for (const record of RECORDS) await spool.append(chunkOfTexts(record), NEVER_ABORTED)
  await spool.close()
  return readdirSync(folder)
    .filter(name => name.endsWith('.spool'))
    .sort()
}

interface Position {
  readonly record: string
  readonly start: number
  readonly end: number
}

/** Positions of the frames in each segment, in the order of the records. */
function placesOf(segments: readonly Uint8Array[]): Position[][] {
  const records = [...RECORDS]
  return segments.map(bytes => {
    const positions: Position[] = []
    for (let at = 0; at < bytes.length; at = positions.at(-1)?.end ?? bytes.length) {
      const record = records.shift() ?? ''
      positions.push({ record, start: at, end: at + FRAME_HEADER_BYTES + record.length + 1 })
    }
    return positions
  })
}

type Damage = (bytes: Uint8Array, at: number) => Uint8Array

const cutOut = (bytes: Uint8Array, from: number, to: number): Uint8Array =>
  Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])

const set = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
  const changed = bytes.slice()
  changed[at] = value
  return changed
}

const ofByte =
  (isHit: (position: Position, at: number) => boolean) =>
  (position: Position, at: number): boolean =>
    isHit(position, at)

const inside = ofByte(({ start, end }, at) => at >= start && at < end)

/** Changes to a byte, and the frames that each change breaks. */
const DAMAGES: readonly {
  what: string
  damage: Damage
  breaks: (position: Position, at: number, bytes: Uint8Array) => boolean
}[] = [
  { what: 'one bit flipped', damage: (bytes, at) => set(bytes, at, (bytes[at] ?? 0) ^ (1 << (at % 8))), breaks: inside },
  { what: 'all bits flipped', damage: (bytes, at) => set(bytes, at, (bytes[at] ?? 0) ^ 0xff), breaks: inside },
  {
    what: 'zeroed',
    damage: (bytes, at) => set(bytes, at, 0),
    breaks: (position, at, bytes) => bytes[at] !== 0 && inside(position, at),
  },
  {
    what: 'cut out',
    damage: (bytes, at) => cutOut(bytes, at, at + 1),
    breaks: (position, at, bytes) => !survivesCut(position, at, bytes),
  },
  {
    what: 'there twice',
    damage: (bytes, at) => Buffer.concat([bytes.subarray(0, at + 1), bytes.subarray(at)]),
    // A duplicated first byte shifts the frame by one byte; a duplicated last byte leaves it unchanged.
    breaks: ({ start, end }, at, bytes) => at > start && at < end - 1 && !isRun(bytes, at, end),
  },
  { what: 'and all behind it cut off', damage: (bytes, at) => bytes.subarray(0, at), breaks: ({ end }, at) => at < end },
  {
    what: 'and all behind it zeroed',
    damage: (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.alloc(bytes.length - at)]),
    breaks: ({ end }, at, bytes) => at < end && bytes.subarray(at, end).some(byte => byte !== 0),
  },
]

/** Equal bytes up to the end: a duplicate among them makes no difference. */
const isRun = (bytes: Uint8Array, at: number, end: number): boolean => bytes.subarray(at, end).every(byte => byte === bytes[at])

/** A frame survives only if the removed byte is outside it. */
const survivesCut = ({ start, end }: Position, at: number, _: Uint8Array): boolean => at < start || at >= end

const segmentsOfWhole = await makeWhole()
const wholeBytes = segmentsOfWhole.map(name => new Uint8Array(readFileSync(join(folder, name))))
const positionBytes = new Uint8Array(readFileSync(join(folder, POSITION_FILE)))
const positions = placesOf(wholeBytes)

/** The memory model handles a thousand folders a second, where a disk handles a few. */
async function inMemory(contents: readonly (readonly [string, Uint8Array | undefined])[]): Promise<ModelFiles> {
  const files = new ModelFiles(() => true)
  for (const [name, bytes] of contents) await (await files.open(join('/copy', name), 'new')).write(bytes ?? new Uint8Array(), 0)
  return files
}

test('the spool for the damage tests has several segments of several records', () => {
  assert.ok(positions.length >= 2 && positions.every(({ length }) => length >= 2))
})

for (const { what, damage, breaks } of DAMAGES) {
  test(`with any byte ${what}, all other records are read and the lost ones are counted exactly`, async () => {
    for (const [index, name] of segmentsOfWhole.entries()) {
      const bytes = wholeBytes[index] ?? new Uint8Array()
      for (let at = 0; at < bytes.length; at++) {
        const files = await inMemory([
          ...segmentsOfWhole.map((file, segment) => [file, wholeBytes[segment]] as const),
          [POSITION_FILE, positionBytes],
        ])
        const copy = '/copy'
        const segment = await files.open(join(copy, name), 'edit')
        await segment.truncate(0)
        await segment.write(damage(bytes, at), 0)
        const left = positions.flatMap((segment, position) =>
          segment.filter(one => position !== index || !breaks(one, at, bytes)).map(({ record }) => record),
        )
        const lost = RECORDS.length - left.length
        const found = await inspectSpool(files, copy)
        assert.deepEqual([found.waiting, found.lost], [left.length, lost], `byte ${at} of segment ${index}`)
        const { spool, reported } = spoolIn(files, copy, { segmentBytes: 200 })
        await spool.open()
        assert.deepEqual((await readAll(spool)).texts, left, `byte ${at} of segment ${index}`)
        assert.deepEqual([spool.statistics.found, spool.statistics.lost], [left.length, lost])
        assert.equal(reported.filter(text => text.startsWith(`SFP_SPOOL_LOST records=${lost} `)).length, lost > 0 ? 1 : 0)
        // New records are stored as usual.
        await spool.append(chunkOfTexts('new'), NEVER_ABORTED)
        assert.deepEqual((await readAll(spool)).texts, ['new'])
        await spool.close()
      }
    }
  })
}

test('with any byte of the position file changed, nothing is lost', async () => {
  const bytes = readFileSync(join(folder, POSITION_FILE))
  for (let at = 0; at < bytes.length; at += at % 4096 < 40 ? 1 : 512) {
    const copy = join(root, 'position')
    rmSync(copy, { recursive: true, force: true })
    await DISK_FILES.makeFolder(copy)
    for (const file of segmentsOfWhole) copyFileSync(join(folder, file), join(copy, file))
    writeFileSync(join(copy, POSITION_FILE), set(bytes, at, (bytes[at] ?? 0) ^ 0xff))
    const { waiting, lost } = await inspectSpool(DISK_FILES, copy)
    assert.deepEqual([waiting, lost], [RECORDS.length, 0])
  }
})

test('without the position file all existing records are sent, and possible duplicates are reported', async () => {
  const copy = join(root, 'without')
  await DISK_FILES.makeFolder(copy)
  for (const file of segmentsOfWhole) copyFileSync(join(folder, file), join(copy, file))
  const { spool, reported } = spoolIn(DISK_FILES, copy)
  await spool.open()
  assert.deepEqual((await readAll(spool)).texts, RECORDS)
  await spool.close()
  assert.deepEqual(reported, [`SFP_SPOOL_REPEATS records=${RECORDS.length}`])
})

for (const missing of [0, 1]) {
  test(`when segment ${missing + 1} is missing, its records are counted as lost`, async () => {
    const copy = join(root, `missing-${missing}`)
    await DISK_FILES.makeFolder(copy)
    for (const file of [...segmentsOfWhole.filter((_, index) => index !== missing), POSITION_FILE])
      copyFileSync(join(folder, file), join(copy, file))
    const { waiting, lost } = await inspectSpool(DISK_FILES, copy)
    const gone = positions[missing]?.length ?? 0
    assert.deepEqual([waiting, lost], [RECORDS.length - gone, gone])
  })
}

test('a record that is damaged while the spool is open is skipped, counted and reported', async () => {
  const live = join(root, 'live')
  const { spool, reported } = spoolIn(DISK_FILES, live, { segmentBytes: 200 })
  await spool.open()
  for (const record of RECORDS) await spool.append(chunkOfTexts(record), NEVER_ABORTED)
  const [first = ''] = readdirSync(live)
    .filter(name => name.endsWith('.spool'))
    .sort()
  const path = join(live, first)
  const [, , third] = positions[0] ?? []
  writeFileSync(path, set(readFileSync(path), (third?.end ?? 0) - 3, 0))
  const { texts, last } = await readAll(spool)
  assert.deepEqual(
    texts,
    RECORDS.filter((_, index) => index !== 2),
  )
  assert.deepEqual([spool.statistics.lost, reported.length], [1, 1])
  await spool.acknowledge(last)
  const { appended, acknowledged, waiting, lost } = spool.statistics
  assert.deepEqual([appended, waiting], [acknowledged + lost, 0])
  await spool.close()
})

test('a record that contains frames of the same spool is one record, also when its own frame is damaged', async () => {
  const copy = join(root, 'imitation')
  const { spool } = spoolIn(DISK_FILES, copy)
  await spool.open()
  // The frames of another segment, which have another salt.
  const frames = Buffer.from(wholeBytes[0] ?? []).toString('latin1')
  await spool.append(chunkOfTexts('before', frames, 'after'), NEVER_ABORTED)
  await spool.close()
  const [name = ''] = readdirSync(copy).filter(file => file.endsWith('.spool'))
  const bytes = readFileSync(join(copy, name))
  const at = FRAME_HEADER_BYTES + 'before\n'.length
  for (const damaged of [at + 4, at + FRAME_HEADER_BYTES + 3]) {
    writeFileSync(join(copy, name), set(bytes, damaged, (bytes[damaged] ?? 0) ^ 1))
    const { waiting, lost } = await inspectSpool(DISK_FILES, copy)
    assert.deepEqual([waiting, lost], [2, 1])
  }
})

test('a file of magic numbers and lengths only is read to its end', async () => {
  const copy = join(root, 'hostile')
  await DISK_FILES.makeFolder(copy)
  const bytes = Buffer.alloc(4 * 1024 * 1024)
  for (let at = 0; at + 8 <= bytes.length; at += 8) bytes.set([0xf5, 0x53, 0x46, 0x01, 0xff, 0xff, 0x3f, 0x00], at)
  writeFileSync(join(copy, '0000000001-0000000000000001-00000000.spool'), bytes)
  const { waiting, tornBytes } = await inspectSpool(DISK_FILES, copy)
  assert.deepEqual([waiting, tornBytes], [0, bytes.length])
})

// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { NEVER_ABORTED } from '../contract/stage.js'
import { chunkOfTexts } from '../exporter/testing/chunks.js'
import { DISK_FILES } from './disk-files.js'
import { readAll, spoolIn } from './testing/spool-folder.js'

const root = mkdtempSync(join(tmpdir(), 'spool-'))
after(() => rmSync(root, { recursive: true }))
let folders = 0
const newFolder = (): string => join(root, String(++folders))

const texts = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => `record ${from + index}`)

test('what is appended is read in the same order, now and after the next opening, until it is acknowledged', async () => {
  const folder = newFolder()
  const first = spoolIn(DISK_FILES, folder)
  await first.spool.open()
  assert.equal(await first.spool.append(chunkOfTexts(...texts(0, 5)), NEVER_ABORTED), 5)
  assert.equal(await first.spool.append(chunkOfTexts(...texts(5, 8)), NEVER_ABORTED), 3)
  const read = await first.spool.next({ records: 3, bytes: 1000 }, NEVER_ABORTED)
  assert.equal(read?.chunk.length, 3)
  await first.spool.acknowledge(read?.last ?? 0)
  assert.deepEqual((await readAll(first.spool)).texts, texts(3, 8))
  await first.spool.close()

  const second = spoolIn(DISK_FILES, folder)
  await second.spool.open()
  assert.equal(second.spool.statistics.waiting, 5)
  const { texts: again, last } = await readAll(second.spool)
  assert.deepEqual(again, texts(3, 8))
  await second.spool.acknowledge(last)
  assert.deepEqual([second.spool.statistics.waiting, second.spool.statistics.waitingBytes], [0, 0])
  await second.spool.close()
  assert.deepEqual([first.reported, second.reported], [[], []])
  assert.deepEqual(
    readdirSync(folder).filter(name => name.endsWith('.spool')),
    [],
  )
})

test('a folder and its files are for their owner alone', async () => {
  const folder = join(newFolder(), 'deeper')
  const { spool } = spoolIn(DISK_FILES, folder)
  await spool.open()
  await spool.append(chunkOfTexts('a'), NEVER_ABORTED)
  const modes = [folder, join(folder, '..'), ...readdirSync(folder).map(name => join(folder, name))].map(
    path => statSync(path).mode & 0o777,
  )
  await spool.close()
  assert.deepEqual([...new Set(modes)].sort(), [0o600, 0o700])
})

test('the mode of a folder that was there before is left alone', async () => {
  const folder = mkdtempSync(join(root, 'mine-'))
  chmodSync(folder, 0o750)
  const { spool } = spoolIn(DISK_FILES, folder)
  await spool.open()
  await spool.close()
  assert.equal(statSync(folder).mode & 0o777, 0o750)
})

test('who waits for records gets them when they come', async () => {
  const { spool } = spoolIn(DISK_FILES, newFolder())
  await spool.open()
  const waiting = spool.next({ records: 10, bytes: 1000 }, NEVER_ABORTED)
  await spool.append(chunkOfTexts('a', 'b'), NEVER_ABORTED)
  assert.equal((await waiting)?.chunk.length, 2)
  await spool.close()
})

test('closing wakes who waits for records, and aborting does too', async () => {
  const { spool } = spoolIn(DISK_FILES, newFolder())
  await spool.open()
  const control = new AbortController()
  const aborted = spool.next({ records: 1, bytes: 1 }, control.signal)
  control.abort(new Error('enough'))
  await assert.rejects(aborted, /enough/)
  const waiting = spool.next({ records: 1, bytes: 1 }, NEVER_ABORTED)
  await spool.close()
  assert.equal(await waiting, undefined)
})

test('records go to new segments when one is full, and segments go when all their records are acknowledged', async () => {
  const folder = newFolder()
  const { spool } = spoolIn(DISK_FILES, folder, { segmentBytes: 100 })
  await spool.open()
  for (let record = 0; record < 20; record++) await spool.append(chunkOfTexts(`record ${record}`), NEVER_ABORTED)
  const segments = (): string[] => readdirSync(folder).filter(name => name.endsWith('.spool'))
  assert.ok(segments().length > 5)
  let before = segments().length
  while (spool.unread > 0) {
    const read = await spool.next({ records: 100, bytes: 1000 }, NEVER_ABORTED)
    await spool.acknowledge(read?.last ?? 0)
    assert.ok(segments().length <= before)
    before = segments().length
  }
  assert.ok(segments().length <= 1)
  await spool.close()
  assert.equal(segments().length, 0)
})

test('a chunk larger than a segment is spread over several', async () => {
  const { spool } = spoolIn(DISK_FILES, newFolder(), { segmentBytes: 100 })
  await spool.open()
  assert.equal(await spool.append(chunkOfTexts(...texts(0, 50)), NEVER_ABORTED), 50)
  assert.deepEqual((await readAll(spool)).texts, texts(0, 50))
  assert.ok(spool.statistics.segments >= 15)
  await spool.close()
})

test('empty records and the largest are kept as they are; a larger one is refused', async () => {
  const folder = newFolder()
  const { spool } = spoolIn(DISK_FILES, folder, { segmentBytes: 300_000 })
  await spool.open()
  const large = 'x'.repeat(spool.maxRecordBytes - 1)
  await spool.append(chunkOfTexts('', large, ''), NEVER_ABORTED)
  await assert.rejects(spool.append(chunkOfTexts(`${large}x`), NEVER_ABORTED), RangeError)
  assert.deepEqual((await readAll(spool, { records: 10, bytes: 10 })).texts, ['', large, ''])
  await spool.close()
  const again = spoolIn(DISK_FILES, folder, { segmentBytes: 300_000 })
  await again.spool.open()
  assert.deepEqual((await readAll(again.spool)).texts, ['', large, ''])
  await again.spool.close()
})

test('a full spool lets who appends wait until something is acknowledged', async () => {
  const { spool, reported } = spoolIn(DISK_FILES, newFolder(), { bytes: 1600 })
  await spool.open()
  let appended = 0
  const appending = (async () => {
    for (; appended < 100; appended++) await spool.append(chunkOfTexts('x'.repeat(50)), NEVER_ABORTED)
  })()
  const taken: string[] = []
  while (taken.length < 100) {
    assert.ok(spool.statistics.bytes <= 1600)
    const read = await spool.next({ records: 3, bytes: 1000 }, NEVER_ABORTED)
    taken.push(...Array.from({ length: read?.chunk.length ?? 0 }, () => 'x'))
    await spool.acknowledge(read?.last ?? 0)
  }
  await appending
  assert.deepEqual([appended, spool.statistics.dropped], [100, 0])
  assert.ok(reported.every(text => text.startsWith('SFP_SPOOL_FULL bytes=1600 whenFull=block')))
  await spool.close()
})

test('who waits for room in a full spool can be aborted, and is not waited for when it closes', async () => {
  const { spool, reported } = spoolIn(DISK_FILES, newFolder(), { bytes: 1600 })
  await spool.open()
  while (spool.statistics.bytes + 75 <= 1600) await spool.append(chunkOfTexts('x'.repeat(50)), NEVER_ABORTED)
  const control = new AbortController()
  const waiting = spool.append(chunkOfTexts('x'.repeat(50)), control.signal)
  control.abort(new Error('enough'))
  await assert.rejects(waiting, /enough/)
  const another = spool.append(chunkOfTexts('x'.repeat(50)), NEVER_ABORTED)
  const rejected = assert.rejects(another, /closed/)
  await spool.close()
  await rejected
  assert.deepEqual(reported, ['SFP_SPOOL_FULL bytes=1600 whenFull=block'])
})

test('a full spool that drops its oldest records counts and tells them', async () => {
  const folder = newFolder()
  const { spool, reported } = spoolIn(DISK_FILES, folder, { bytes: 1600, whenFull: 'drop-oldest' })
  await spool.open()
  for (let record = 0; record < 100; record++) await spool.append(chunkOfTexts(`${record}`.padStart(50)), NEVER_ABORTED)
  const { dropped, waiting, appended, bytes } = spool.statistics
  assert.ok(bytes <= 1600)
  assert.equal(dropped + waiting, appended)
  const left = (await readAll(spool)).texts.map(Number)
  assert.deepEqual(
    left,
    Array.from({ length: waiting }, (_, index) => dropped + index),
  )
  await spool.close()
  const counted = reported.flatMap(text => /^SFP_SPOOL_DROPPED records=(\d+) lost$/.exec(text)?.[1] ?? []).map(Number)
  assert.equal(
    counted.reduce((sum, count) => sum + count, 0),
    dropped,
  )
  assert.ok(reported.length <= 3, 'the first is told at once, all others together')
  const again = spoolIn(DISK_FILES, folder)
  await again.spool.open()
  assert.deepEqual([again.spool.statistics.waiting, again.reported], [waiting, []])
  await again.spool.close()
})

test('a chunk whose place is given up while it is delivered is counted once', async () => {
  const { spool } = spoolIn(DISK_FILES, newFolder(), { bytes: 1600, whenFull: 'drop-oldest' })
  await spool.open()
  await spool.append(chunkOfTexts('x'.repeat(50)), NEVER_ABORTED)
  const read = await spool.next({ records: 1, bytes: 1000 }, NEVER_ABORTED)
  for (let record = 0; record < 100; record++) await spool.append(chunkOfTexts('y'.repeat(50)), NEVER_ABORTED)
  await spool.acknowledge(read?.last ?? 0)
  const { dropped, acknowledged, waiting, appended } = spool.statistics
  assert.deepEqual([acknowledged, dropped + waiting], [0, appended])
  await spool.close()
})

test('a spool that is given less room than it holds takes new records when it has been emptied far enough', async () => {
  const folder = newFolder()
  const large = spoolIn(DISK_FILES, folder, { bytes: 100_000 })
  await large.spool.open()
  for (let record = 0; record < 500; record++) await large.spool.append(chunkOfTexts(`record ${record}`), NEVER_ABORTED)
  await large.spool.close()
  const small = spoolIn(DISK_FILES, folder, { bytes: 4000 })
  await small.spool.open()
  const appending = small.spool.append(chunkOfTexts('the last'), NEVER_ABORTED)
  const taken: string[] = []
  while (taken.length < 500) {
    const read = await small.spool.next({ records: 50, bytes: 1000 }, NEVER_ABORTED)
    const { bytes, ends } = read?.chunk ?? chunkOfTexts()
    ends.forEach((end, record) => {
      taken.push(Buffer.from(bytes.subarray(ends[record - 1] ?? 0, end - 1)).toString())
    })
    await small.spool.acknowledge(read?.last ?? 0)
  }
  await appending
  assert.deepEqual(taken, texts(0, 500))
  assert.deepEqual((await readAll(small.spool)).texts, ['the last'])
  await small.spool.close()
})

test('appends that come while others are being forced onto the disk are forced together, and all are kept in order', async () => {
  let syncs = 0
  const counting = {
    ...DISK_FILES,
    async open(path: string, how: 'new' | 'edit' | 'read') {
      const file = await DISK_FILES.open(path, how)
      return Object.assign(Object.create(file), {
        size: () => file.size(),
        read: (into: Uint8Array, at: number) => file.read(into, at),
        write: (bytes: Uint8Array, at: number) => file.write(bytes, at),
        truncate: (size: number) => file.truncate(size),
        close: () => file.close(),
        sync: () => {
          if (path.endsWith('.spool')) syncs++
          return file.sync()
        },
      })
    },
  }
  const { spool } = spoolIn(counting, newFolder())
  await spool.open()
  await Promise.all(Array.from({ length: 200 }, (_, record) => spool.append(chunkOfTexts(`record ${record}`), NEVER_ABORTED)))
  assert.deepEqual((await readAll(spool)).texts, texts(0, 200))
  assert.ok(syncs < 50, `${syncs} times`)
  await spool.close()
})

test('files of others in the folder are left alone', async () => {
  const folder = newFolder()
  const first = spoolIn(DISK_FILES, folder)
  await first.spool.open()
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  await first.spool.append(chunkOfTexts('a'), NEVER_ABORTED)
  await first.spool.close()
  const second = spoolIn(DISK_FILES, folder)
  await second.spool.open()
  await second.spool.acknowledge((await readAll(second.spool)).last)
  await second.spool.close()
  assert.equal(readFileSync(join(folder, 'notes.txt'), 'utf8'), 'mine')
})

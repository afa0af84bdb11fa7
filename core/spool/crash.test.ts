// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEVER_ABORTED } from '../contract/stage.js'
import { Fault } from '../errors/fault.js'
import { chunkOfTexts } from '../exporter/testing/chunks.js'
import { readAll, spoolIn } from './testing/spool-folder.js'
import { SpoolHistory } from './testing/spool-history.js'
import { ModelFiles } from './testing/spool-model-files.js'

const FOLDER = '/spool'

/** After a crash all unsynced data is lost; or all of it reached the disk. */
const nothing = (): boolean => false
const everything = (): boolean => true

for (const [what, chance] of [
  ['nothing', nothing],
  ['everything', everything],
] as const) {
  // This sequence broke another disk buffer: records written after the restart were never read, because the reader waited for the
  // numbers of the records that the crash had removed.
  test(`write, crash, flush: what is promised after a crash that left ${what} of the write is read after the next`, async () => {
    const files = new ModelFiles(chance)
    const first = spoolIn(files, FOLDER, { sync: 'never' })
    await first.spool.open()
    await first.spool.append(chunkOfTexts('written'), NEVER_ABORTED)
    files.crash()
    const second = spoolIn(files, FOLDER, { sync: 'never' })
    await second.spool.open()
    await second.spool.append(chunkOfTexts('promised'), NEVER_ABORTED)
    await second.spool.flush()
    files.crash()
    const third = spoolIn(files, FOLDER)
    await third.spool.open()
    const { texts } = await readAll(third.spool)
    assert.deepEqual(texts, chance() ? ['written', 'promised'] : ['promised'])
    await third.spool.append(chunkOfTexts('later'), NEVER_ABORTED)
    assert.deepEqual((await readAll(third.spool)).texts, ['later'])
    assert.deepEqual(third.reported, [])
    await third.spool.close()
  })
}

test('numbers that were acknowledged are not given to other records after a crash that took the records away', async () => {
  const files = new ModelFiles(nothing)
  const first = spoolIn(files, FOLDER, { sync: 'never', segmentBytes: 64 })
  await first.spool.open()
  for (const record of ['a', 'b', 'c']) await first.spool.append(chunkOfTexts(record), NEVER_ABORTED)
  const { last } = await readAll(first.spool)
  await first.spool.acknowledge(last)
  files.crash()
  const second = spoolIn(files, FOLDER)
  await second.spool.open()
  await second.spool.append(chunkOfTexts('d'), NEVER_ABORTED)
  files.crash()
  const third = spoolIn(files, FOLDER)
  await third.spool.open()
  assert.deepEqual((await readAll(third.spool)).texts, ['d'])
  await third.spool.close()
})

const isWriteFault = (error: unknown): boolean => error instanceof Fault && error.code === 'SFP_SPOOL_WRITE' && error.isTemporary

test('on a full disk an append fails for a reason that may pass, leaves nothing behind, and succeeds when there is room', async () => {
  const files = new ModelFiles(everything)
  const { spool } = spoolIn(files, FOLDER)
  await spool.open()
  await spool.append(chunkOfTexts('before'), NEVER_ABORTED)
  for (let room = 0; room < 60; room += 7) {
    files.room = room
    await assert.rejects(spool.append(chunkOfTexts('x'.repeat(40)), NEVER_ABORTED), isWriteFault)
  }
  files.room = Number.POSITIVE_INFINITY
  await spool.append(chunkOfTexts('after'), NEVER_ABORTED)
  files.crash()
  const again = spoolIn(files, FOLDER)
  await again.spool.open()
  assert.deepEqual((await readAll(again.spool)).texts, ['before', 'after'])
  assert.deepEqual(again.reported, [])
  await again.spool.close()
})

test('of a chunk that fills the disk the first records are kept, and it is said how many', async () => {
  const files = new ModelFiles(everything)
  const { spool } = spoolIn(files, FOLDER, { segmentBytes: 100 })
  await spool.open()
  files.room = 250
  const texts = Array.from({ length: 12 }, (_, index) => `record ${index}`)
  const retained = await spool.append(chunkOfTexts(...texts), NEVER_ABORTED)
  assert.ok(retained > 0 && retained < texts.length)
  files.room = Number.POSITIVE_INFINITY
  await spool.append(chunkOfTexts(...texts.slice(retained)), NEVER_ABORTED)
  assert.deepEqual((await readAll(spool)).texts, texts)
  await spool.close()
})

test('on a full disk what was delivered is forgotten all the same, and so makes room', async () => {
  const files = new ModelFiles(everything)
  const { spool, reported } = spoolIn(files, FOLDER, { segmentBytes: 100 })
  await spool.open()
  for (let record = 0; record < 10; record++) await spool.append(chunkOfTexts(`record ${record}`), NEVER_ABORTED)
  files.room = 0
  const { last } = await readAll(spool)
  await spool.acknowledge(last)
  assert.ok(spool.statistics.segments <= 1)
  await spool.close()
  assert.deepEqual(reported, [])
})

test('what could not be forced onto the disk once is not promised because the next try says so', async () => {
  const files = new ModelFiles(nothing)
  const { spool } = spoolIn(files, FOLDER)
  await spool.open()
  await spool.append(chunkOfTexts('a'), NEVER_ABORTED)
  files.failingSyncs = 1
  await assert.rejects(spool.append(chunkOfTexts('b'), NEVER_ABORTED), isWriteFault)
  await spool.append(chunkOfTexts('b'), NEVER_ABORTED)
  files.crash()
  const again = spoolIn(files, FOLDER)
  await again.spool.open()
  assert.deepEqual((await readAll(again.spool)).texts, ['a', 'b'])
  await again.spool.close()
})

test('what a failed append left behind, because it could not be cut off either, is passed over', async () => {
  const files = new ModelFiles(everything)
  const { spool } = spoolIn(files, FOLDER)
  await spool.open()
  await spool.append(chunkOfTexts('a'), NEVER_ABORTED)
  files.failingSyncs = 1
  files.failingCuts = 1
  await assert.rejects(spool.append(chunkOfTexts('b', 'c'), NEVER_ABORTED), isWriteFault)
  await spool.append(chunkOfTexts('b again'), NEVER_ABORTED)
  assert.deepEqual((await readAll(spool)).texts, ['a', 'b again'])
  files.crash()
  const again = spoolIn(files, FOLDER)
  await again.spool.open()
  assert.deepEqual((await readAll(again.spool)).texts, ['a', 'b again'])
  assert.deepEqual([again.spool.statistics.lost, again.reported.length], [0, 1])
  await again.spool.close()
})

test('what a failed append left behind does not come back when the segment behind it was made and nothing more', async () => {
  for (let seed = 0; seed < 8; seed++) {
    const history = new SpoolHistory(seed, { sync: 'always' })
    await history.open(false)
    await history.append([1])
    history.files.failingSyncs = 1
    history.files.failingCuts = 1
    await history.append([1])
    history.files.dieAfter(2)
    await history.append([1])
    await history.kill()
    await history.end()
  }
})

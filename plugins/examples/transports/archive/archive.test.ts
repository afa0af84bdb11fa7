// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { chunkFromRecords, conformanceSuite } from 'sfprocessor/testing'
import { type ArchiveSettings, ArchiveTransport } from './archive-transport.js'
import { archivedLines, filesIn, linesIn } from './finished-files.js'
import { plugin } from './index.js'

conformanceSuite(plugin, {
  options: { 'archive.path': 'archive', 'archive.bytes': 20_000 },
  readDelivered: folder => linesIn(join(folder, 'archive')),
})

test('records are stored by the hour of their arrival, in UTC, and files get their names when they are complete', async t => {
  const { folder, archive, clock } = createArchive(t)
  await archive.open()
  await archive.send(chunkFromRecords(['1', '2']))
  assert.deepEqual(filesIn(folder), ['2024-05-01/10/101502-0.json.part', 'owner'])
  clock.now = new Date('2024-05-01T10:59:59Z')
  await archive.send(chunkFromRecords(['3']))
  clock.now = new Date('2024-05-01T11:00:00Z')
  await archive.send(chunkFromRecords(['4']))
  clock.now = new Date('2024-05-02T00:00:00Z')
  await archive.send(chunkFromRecords(['5']))
  await archive.close()
  const files = ['2024-05-01/10/101502-0.json.gz', '2024-05-01/11/110000-0.json.gz', '2024-05-02/00/000000-0.json.gz']
  assert.deepEqual(filesIn(folder), files)
  assert.deepEqual(
    files.map(file => archivedLines(join(folder, file))),
    [['1', '2', '3'], ['4'], ['5']],
  )
  assert.deepEqual(archive.report(), { files: 3, openBytes: 0 })
})

test('a full file is finished and another started, with a number if the second is the same', async t => {
  const { folder, archive } = createArchive(t, { bytes: 4, isCompressed: false })
  await archive.open()
  for (const record of ['a', 'b', 'c', 'd', 'e']) await archive.send(chunkFromRecords([record]))
  await archive.close()
  assert.deepEqual(
    filesIn(folder),
    ['101502-0.json', '101502-1.json', '101502-2.json'].map(name => `2024-05-01/10/${name}`),
  )
  assert.deepEqual(linesIn(folder), ['a', 'b', 'c', 'd', 'e'])
})

test('an old file is finished even if no record follows', async t => {
  const { folder, archive } = createArchive(t, { seconds: 0.01 })
  await archive.open()
  await archive.send(chunkFromRecords(['1']))
  const finished = join(folder, '2024-05-01/10/101502-0.json.gz')
  for (let attempt = 0; attempt < 1000 && !existsSync(finished); attempt++) await new Promise(resolve => setTimeout(resolve, 5))
  assert.deepEqual(archivedLines(finished), ['1'])
  await archive.close()
})

test('incomplete files of a run are finished by the next: torn records are truncated, incomplete compressions repeated', async t => {
  const { folder, archive } = createArchive(t)
  const hour = join(folder, '2024-04-30', '23')
  mkdirSync(hour, { recursive: true })
  writeFileSync(join(folder, 'owner'), '999999999\n')
  writeFileSync(join(hour, '230000-0.json.part'), '{"n":1}\n{"n":2}\n{"n":')
  writeFileSync(join(hour, '230000-0.json.half'), 'half of it')
  writeFileSync(join(hour, '230001-0.json.part'), '{"torn')
  writeFileSync(join(hour, '230002-0.json.part'), '{"n":3}\n')
  writeFileSync(join(hour, '230002-0.json.gz'), 'was finished')
  writeFileSync(join(hour, 'notes.txt'), 'of somebody else')
  await archive.open()
  await archive.close()
  assert.deepEqual(readdirSync(hour).sort(), ['230000-0.json.gz', '230002-0.json.gz', 'notes.txt'])
  assert.deepEqual(archivedLines(join(hour, '230000-0.json.gz')), ['{"n":1}', '{"n":2}'])
  assert.deepEqual(archive.report(), { files: 1, openBytes: 0 })
})

test('days that are too old are deleted, but only files of the archive', async t => {
  const { folder, archive } = createArchive(t, { days: 2 })
  for (const day of ['2024-04-27', '2024-04-28', '2024-04-29', 'photos']) {
    mkdirSync(join(folder, day, '07'), { recursive: true })
    writeFileSync(join(folder, day, '07', '070000-0.json.gz'), '')
  }
  writeFileSync(join(folder, '2024-04-28', 'mine'), '')
  await archive.open()
  await archive.close()
  assert.deepEqual(filesIn(folder), ['2024-04-28/mine', '2024-04-29/07/070000-0.json.gz', 'photos/07/070000-0.json.gz'])
})

test('two programs cannot write to one folder; the remains of an ended program with the same number are ignored', async t => {
  const { folder, archive } = createArchive(t)
  await archive.open()
  const other = createArchive(t, {}, folder).archive
  await assert.rejects(other.open(), /process \d+ writes to it/)
  await other.close()
  assert.ok(existsSync(join(folder, 'owner')))
  await archive.close()
  writeFileSync(join(folder, 'owner'), `${process.pid}\n`)
  utimesSync(join(folder, 'owner'), 1, 1)
  await other.open()
  await other.close()
})

test('if nothing can be written, the chunk is retried and the check gives the reason', async t => {
  const { folder, archive } = createArchive(t)
  await archive.open()
  assert.equal(await archive.check(), undefined)
  writeFileSync(join(folder, '2024-05-01'), 'in the way')
  await assert.rejects(archive.send(chunkFromRecords(['1'])), { code: 'SFP_PLUGIN_SAYS', isTemporary: true })
  rmSync(join(folder, '2024-05-01'))
  await archive.send(chunkFromRecords(['1']))
  await archive.close()
  assert.deepEqual(linesIn(folder), ['1'])
  rmSync(folder, { recursive: true })
  assert.match((await archive.check()) ?? '', /ENOENT/)
  mkdirSync(folder)
})

interface Cleaner {
  after(clean: () => void): void
}

function temporary(t: Cleaner): string {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function createArchive(t: Cleaner, more: Partial<ArchiveSettings> = {}, folder = temporary(t)) {
  const clock = { now: new Date('2024-05-01T10:15:02Z') }
  const settings = { folder, bytes: 1_000_000, seconds: 600, isCompressed: true, isSynced: false, days: 0, ...more }
  const archive = new ArchiveTransport(
    settings,
    fault => assert.fail(fault.message),
    () => clock.now,
  )
  return { folder, archive, clock }
}

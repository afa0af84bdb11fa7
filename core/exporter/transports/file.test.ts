// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { Fault } from '../../errors/fault.js'
import { chunkOfTexts } from '../testing/chunks.js'
import { type FileSettings, FileTransport } from './file.js'
import type { RotationSettings } from './rotated-files.js'

const NO_ROTATION: RotationSettings = { size: 0, every: 0, names: 'number', keep: 0, gzip: false }

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'sfp-file-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

interface Given extends Partial<Omit<FileSettings, 'rotation'>> {
  readonly rotation?: Partial<RotationSettings>
  readonly now?: () => number
}

function fileAt(path: string, given: Given = {}): { file: FileTransport; faults: Fault[] } {
  const faults: Fault[] = []
  const settings = { path, sync: given.sync ?? false, rotation: { ...NO_ROTATION, ...given.rotation } }
  return { file: new FileTransport(settings, fault => faults.push(fault), given.now), faults }
}

/** Decompressed contents of all files in a folder, by name. */
const contents = (path: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(path).map(name => {
      const bytes = readFileSync(join(path, name))
      return [name, (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()]
    }),
  )

test('check 99, overruled: the file transport appends to an existing file', async t => {
  const path = join(folder(t), 'out')
  writeFileSync(path, 'before\n')
  const { file } = fileAt(path)
  await file.open()
  await file.send(chunkOfTexts('a', 'b'))
  await file.close()
  await file.close()
  assert.equal(readFileSync(path, 'utf8'), 'before\na\nb\n')
})

test('a new file can be read by others and written by its owner', async t => {
  const path = join(folder(t), 'out')
  const { file } = fileAt(path, { sync: true })
  await file.open()
  await file.send(chunkOfTexts('a'))
  await file.close()
  assert.equal(statSync(path).mode & 0o777, 0o644 & ~process.umask())
})

test('a line that a killed writer left unfinished is ended before new records follow', async t => {
  const path = join(folder(t), 'out')
  writeFileSync(path, '{"a":1}\n{"b":')
  const { file } = fileAt(path)
  await file.open()
  await file.send(chunkOfTexts('{"c":3}'))
  await file.close()
  assert.equal(readFileSync(path, 'utf8'), '{"a":1}\n{"b":\n{"c":3}\n')
})

test('a path that cannot be written is refused at the start, with the reason', async t => {
  const inside = folder(t)
  writeFileSync(join(inside, 'plain'), '')
  execFileSync('mkfifo', [join(inside, 'pipe')])
  symlinkSync('circle', join(inside, 'circle'))
  const cases = [
    [join(inside, 'absent', 'out'), 'its directory does not exist'],
    [inside, 'it is a directory'],
    [join(inside, 'plain', 'out'), 'a part of its path is not a directory'],
    [join(inside, 'pipe'), 'it is a pipe'],
    [join(inside, 'circle'), 'its path has a circle of symbolic links'],
    [join(inside, 'x'.repeat(300)), 'its name is too long'],
  ] as const
  for (const [path, reason] of cases) {
    const { file } = fileAt(path)
    await assert.rejects(file.open(), (fault: unknown) => {
      assert.ok(fault instanceof Fault)
      assert.deepEqual([fault.code, fault.details.reason, fault.details.path], ['SFP_EXPORT_FILE_OPEN', reason, path])
      return true
    })
    await file.close()
  }
})

test('a device is written to like a file, without rotation', async () => {
  const { file } = fileAt('/dev/null', { sync: true, rotation: { size: 1 } })
  await file.open()
  await file.send(chunkOfTexts('a', 'b'))
  await file.close()
})

test('a full device is a fault that may pass, and the next chunk is tried', async () => {
  const { file } = fileAt('/dev/full')
  await file.open()
  for (const _ of [1, 2]) {
    await assert.rejects(file.send(chunkOfTexts('a', 'b')), (fault: unknown) => {
      assert.ok(fault instanceof Fault)
      assert.deepEqual(
        [fault.code, fault.details.reason, fault.isTemporary],
        ['SFP_EXPORT_FILE_WRITE', 'no space is left on the device', true],
      )
      return true
    })
  }
  await file.close()
})

test('files are rotated before they exceed their size, and no record is cut', async t => {
  const inside = folder(t)
  const { file, faults } = fileAt(join(inside, 'out'), { sync: true, rotation: { size: 6 } })
  await file.open()
  await file.send(chunkOfTexts('aa', 'bb', 'cc', 'dddddddd', 'e'))
  await file.send(chunkOfTexts('f', 'g', 'h'))
  await file.close()
  assert.deepEqual(faults, [])
  assert.deepEqual(contents(inside), {
    'out.1': 'aa\nbb\n',
    'out.2': 'cc\n',
    'out.3': 'dddddddd\n',
    'out.4': 'e\nf\ng\n',
    out: 'h\n',
  })
})

test('only as many rotated files are kept as asked for, and numbers go on rising', async t => {
  const inside = folder(t)
  writeFileSync(join(inside, 'out.9'), 'old\n')
  writeFileSync(join(inside, 'out.bak'), 'not ours\n')
  writeFileSync(join(inside, 'outer.1'), 'not ours\n')
  const { file } = fileAt(join(inside, 'out'), { rotation: { size: 2, keep: 2 } })
  await file.open()
  await file.send(chunkOfTexts('a', 'b', 'c', 'd'))
  await file.close()
  const ours = Object.keys(contents(inside)).sort()
  assert.deepEqual(ours, ['out', 'out.11', 'out.12', 'out.bak', 'outer.1'])
})

test('rotated files are compressed, and what a cut-short compression left is removed', async t => {
  const inside = folder(t)
  writeFileSync(join(inside, 'out.7.gz.part'), 'half')
  const { file, faults } = fileAt(join(inside, 'out'), { rotation: { size: 2, gzip: true, keep: 3 } })
  await file.open()
  assert.deepEqual(Object.keys(contents(inside)), ['out'])
  await file.send(chunkOfTexts('a', 'b', 'c', 'd', 'e'))
  await file.close()
  assert.deepEqual(faults, [])
  assert.deepEqual(contents(inside), { 'out.2.gz': 'b\n', 'out.3.gz': 'c\n', 'out.4.gz': 'd\n', out: 'e\n' })
})

test('files are rotated by time, never when they are empty, and may be named after the time', async t => {
  const inside = folder(t)
  let now = Date.UTC(2023, 10, 14, 22, 13, 20)
  const { file } = fileAt(join(inside, 'out'), { rotation: { every: 60, names: 'time', keep: 3 }, now: () => now })
  await file.open()
  now += 120_000
  await file.send(chunkOfTexts('a'))
  await file.send(chunkOfTexts('b'))
  now += 59_999
  await file.send(chunkOfTexts('c'))
  await file.close()
  assert.deepEqual(contents(inside), { 'out.20231114T221520Z': 'a\n', out: 'b\nc\n' }, 'an empty file is not put aside')
})

test('several files of one second have a count behind their time, and the oldest goes first', async t => {
  const inside = folder(t)
  const { file } = fileAt(join(inside, 'out'), {
    rotation: { size: 2, names: 'time', keep: 11 },
    now: () => Date.UTC(2023, 10, 14),
  })
  await file.open()
  for (let index = 0; index < 14; index++) await file.send(chunkOfTexts(String(index % 10)))
  await file.close()
  const retained = Object.keys(contents(inside)).filter(name => name !== 'out')
  assert.equal(retained.length, 11)
  assert.equal(retained.includes('out.20231114T000000Z'), false)
  assert.equal(retained.includes('out.20231114T000000Z-1'), false)
  assert.equal(retained.includes('out.20231114T000000Z-12'), true)
})

test('a file that somebody else has put aside is begun anew', async t => {
  const inside = folder(t)
  const path = join(inside, 'out')
  const { file, faults } = fileAt(path, { rotation: { size: 4 } })
  await file.open()
  await file.send(chunkOfTexts('a', 'b'))
  renameSync(path, join(inside, 'elsewhere'))
  await file.send(chunkOfTexts('c'))
  await file.close()
  assert.deepEqual(contents(inside), { elsewhere: 'a\nb\n', out: 'c\n' })
  assert.deepEqual(
    faults.map(fault => fault.code),
    ['SFP_EXPORT_ROTATION'],
  )
})

test('while the folder is gone chunks are refused, and when it is back they are written', async t => {
  const inside = folder(t)
  const deeper = join(inside, 'deeper')
  mkdirSync(deeper)
  let now = 0
  const { file, faults } = fileAt(join(deeper, 'out'), { rotation: { size: 2 }, now: () => now })
  await file.open()
  await file.send(chunkOfTexts('a'))
  rmSync(deeper, { recursive: true })
  await assert.rejects(file.send(chunkOfTexts('b')), { code: 'SFP_EXPORT_FILE_WRITE' })
  assert.deepEqual(
    faults.map(fault => fault.code),
    ['SFP_EXPORT_ROTATION'],
  )
  mkdirSync(deeper)
  now += 60_000
  await file.send(chunkOfTexts('c', 'd'))
  await file.close()
  assert.deepEqual(contents(deeper), { 'out.1': 'c\n', out: 'd\n' })
})

test('whatever is sent is found again once and in order, over all sizes, chunks and restarts', async t => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 8 }), { maxLength: 12 }),
      fc.integer({ min: 0, max: 40 }),
      fc.boolean(),
      fc.nat(12),
      async (chunks, size, gzip, restart) => {
        const inside = folder(t)
        let sent = 0
        let { file, faults } = fileAt(join(inside, 'out'), { rotation: { size, gzip } })
        await file.open()
        for (const [index, lengths] of chunks.entries()) {
          if (index === restart) {
            await file.close()
            ;({ file, faults } = fileAt(join(inside, 'out'), { rotation: { size, gzip } }))
            await file.open()
          }
          await file.send(chunkOfTexts(...lengths.map(length => `${sent++}`.padEnd(length, '.'))))
        }
        await file.close()
        const files = contents(inside)
        const ordered = Object.keys(files).sort((a, b) => order(a) - order(b))
        const lines = ordered.flatMap(name => (files[name] ?? '').split('\n').slice(0, -1))
        assert.deepEqual(
          lines.map(line => Number.parseInt(line, 10)),
          Array.from({ length: sent }, (_, index) => index),
        )
        if (size > 0)
          for (const text of Object.values(files)) assert.ok(text.length <= size || text.indexOf('\n') === text.length - 1)
        assert.deepEqual(faults, [])
      },
    ),
    { numRuns: 40 },
  )
})

const order = (name: string): number => (name === 'out' ? Number.MAX_SAFE_INTEGER : Number.parseInt(name.slice(4), 10))

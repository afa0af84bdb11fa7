// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Chunk, DeliveryResult, Transport } from '../../contract/exporter.js'
import { NEVER_ABORTED } from '../../contract/stage.js'
import { Fault } from '../../errors/fault.js'
import { DISK_FILES } from '../../spool/disk-files.js'
import type { Spool } from '../../spool/spool.js'
import type { SpoolSettings } from '../../spool/spool-settings.js'
import { readAll, spoolIn } from '../../spool/testing/spool-folder.js'
import { chunkOfTexts } from '../testing/chunks.js'
import { DeadLetterSpool, decodeDeadLetter, encodeDeadLetter } from './dead-letter-spool.js'
import { SpooledTransport } from './spooled-transport.js'

const root = mkdtempSync(join(tmpdir(), 'spooled-'))
let folders = 0
const newFolder = (): string => join(root, String(++folders))

const textsOf = ({ bytes, ends }: Chunk): string[] =>
  [...ends].map((end, record) => Buffer.from(bytes.subarray(ends[record - 1] ?? 0, end - 1)).toString())

const away = (): Fault => new Fault('SFP_EXPORT_TERMINAL', { reason: 'away' }, { isTemporary: true })

/** A target that can be unavailable, and returns the result of `answer`. */
class Target {
  readonly taken: string[] = []
  isAway = false
  openings = 0
  closings = 0
  answer: (chunk: Chunk) => DeliveryResult | undefined = () => undefined

  make = (): Transport => ({
    name: 'memory',
    open: async () => {
      if (this.isAway) throw away()
      this.openings++
    },
    send: async chunk => {
      if (this.isAway) throw away()
      const answer = this.answer(chunk)
      const not = new Set([...(answer?.retryable ?? []), ...(answer?.rejected.map(({ recordIndex }) => recordIndex) ?? [])])
      this.taken.push(...textsOf(chunk).filter((_, record) => !not.has(record)))
      return answer
    },
    close: async () => {
      this.closings++
    },
    check: async () => (this.isAway ? 'away' : undefined),
    report: () => ({ own: 1 }),
  })
}

interface Made {
  readonly spool: Spool
  readonly transport: SpooledTransport
  readonly reported: string[]
  readonly notes: string[]
  readonly letters: DeadLetterSpool | undefined
}

/** Time advances only during pauses, and the event loop runs in each. */
function madeFor(
  target: Target,
  folder: string,
  { drainSeconds = 5, letters = '', ...settings }: Partial<SpoolSettings> & { drainSeconds?: number; letters?: string } = {},
  onPause: (seconds: number) => void = () => {},
): Made {
  const { spool, reported } = spoolIn(DISK_FILES, folder, settings)
  const notes: string[] = []
  let now = 0
  const wait = async (milliseconds: number, abort: AbortSignal): Promise<void> => {
    await new Promise(resolve => setImmediate(resolve))
    abort.throwIfAborted()
    now += milliseconds
    onPause(now / 1000)
  }
  const deadLetters = letters === '' ? undefined : new DeadLetterSpool(spoolIn(DISK_FILES, letters).spool, 'alerts')
  const retry = { seconds: 1, maxPauseSeconds: 30, now: () => now, wait }
  const report = (fault: Error, lostData: boolean): void => {
    reported.push(`${fault instanceof Fault ? fault.code : fault.message}${lostData ? ' lost' : ''}`)
  }
  const atOnce = { records: 10, bytes: 10_000 }
  const transport = new SpooledTransport(
    target.make,
    spool,
    { retry, drainSeconds, readLimits: atOnce, deadLetters },
    report,
    text => notes.push(text),
  )
  return { spool, transport, reported, notes, letters: deadLetters }
}

test('records are safe as soon as they are in the spool, and are delivered in their order', async () => {
  const target = new Target()
  const { transport, spool, reported, notes } = madeFor(target, newFolder())
  await transport.open()
  transport.begin()
  for (let chunk = 0; chunk < 5; chunk++)
    assert.equal(await transport.send(chunkOfTexts(`${chunk} a`, `${chunk} b`), NEVER_ABORTED), undefined)
  await transport.finish(NEVER_ABORTED)
  assert.deepEqual(
    target.taken,
    [0, 1, 2, 3, 4].flatMap(chunk => [`${chunk} a`, `${chunk} b`]),
  )
  assert.equal(spool.statistics.waiting, 0)
  const { own, spool: figures } = transport.report() as { own: number; spool: Record<string, number> }
  assert.deepEqual([own, figures.delivered, figures.waiting], [1, 10, 0])
  await transport.close()
  await transport.close()
  assert.deepEqual([reported, notes, target.openings, target.closings], [[], [], 1, 1])
})

test('a target that is away for an hour stops neither the start nor the pipeline, and then gets everything', async () => {
  const target = new Target()
  target.isAway = true
  let hours = 0
  const { transport, reported } = madeFor(target, newFolder(), {}, seconds => {
    hours = seconds / 3600
    if (hours >= 1) target.isAway = false
  })
  await transport.open()
  transport.begin()
  for (let chunk = 0; chunk < 50; chunk++) await transport.send(chunkOfTexts(`${chunk}`), NEVER_ABORTED)
  await transport.finish(NEVER_ABORTED)
  assert.ok(hours >= 1)
  assert.deepEqual(
    target.taken,
    Array.from({ length: 50 }, (_, chunk) => `${chunk}`),
  )
  assert.deepEqual(reported, ['SFP_DELIVERY_AGAIN'])
  await transport.close()
})

test('a target that leaves for an hour in between gets everything once it is back', async () => {
  const target = new Target()
  let since = 0
  const { transport, reported } = madeFor(target, newFolder(), {}, seconds => {
    since = seconds
    if (since >= 3600) target.isAway = false
  })
  await transport.open()
  transport.begin()
  await transport.send(chunkOfTexts('before'), NEVER_ABORTED)
  await transport.finish(NEVER_ABORTED)
  target.isAway = true
  await transport.send(chunkOfTexts('while'), NEVER_ABORTED)
  await transport.finish(NEVER_ABORTED)
  assert.deepEqual([target.taken, reported, since >= 3600], [['before', 'while'], ['SFP_DELIVERY_AGAIN'], true])
  await transport.close()
})

test('what the target did not take by the end waits for the next run, and is not counted as lost', async () => {
  const folder = newFolder()
  const target = new Target()
  target.isAway = true
  const first = madeFor(target, folder, { drainSeconds: 0 })
  await first.transport.open()
  first.transport.begin()
  await first.transport.send(chunkOfTexts('a', 'b'), NEVER_ABORTED)
  await first.transport.finish(NEVER_ABORTED)
  await first.transport.close()
  assert.deepEqual(first.notes, ['2 records (4 bytes) wait in the spool for the next run'])
  assert.deepEqual(
    [first.transport.ledger.difference, first.transport.ledger.held, first.transport.ledger.dropped.size],
    [0, 0, 0],
  )
  target.isAway = false
  const second = madeFor(target, folder)
  await second.transport.open()
  second.transport.begin()
  await second.transport.finish(NEVER_ABORTED)
  await second.transport.close()
  assert.deepEqual(target.taken, ['a', 'b'])
})

test('an end in the midst of delivery leaves what was not confirmed in the spool', async () => {
  const folder = newFolder()
  const target = new Target()
  const control = new AbortController()
  const { transport, spool } = madeFor(target, folder)
  const make = target.make
  let sent = (): void => {}
  const isSent = new Promise<void>(resolve => {
    sent = resolve
  })
  target.make = () => ({
    ...make(),
    send: () => {
      sent()
      return new Promise(() => {})
    },
  })
  const stuck = madeFor(target, newFolder())
  await stuck.transport.open()
  stuck.transport.begin()
  await stuck.transport.send(chunkOfTexts('a'), NEVER_ABORTED)
  await isSent
  control.abort()
  await stuck.transport.finish(control.signal)
  await stuck.transport.close()
  assert.deepEqual([stuck.spool.statistics.waiting, stuck.transport.ledger.difference], [1, 0])
  assert.deepEqual([transport.name, spool.statistics.waiting], ['memory', 0])
})

test('what is only checked delivers nothing', async () => {
  const folder = newFolder()
  const target = new Target()
  target.isAway = true
  const first = madeFor(target, folder, { drainSeconds: 0 })
  await first.transport.open()
  await first.transport.send(chunkOfTexts('a'), NEVER_ABORTED)
  await first.transport.close()
  const second = madeFor(target, folder)
  await second.transport.open()
  assert.match((await second.transport.check()) ?? '', /away/)
  target.isAway = false
  assert.equal(await second.transport.check(), undefined)
  await second.transport.close()
  assert.deepEqual([target.taken, target.openings, target.closings], [[], 1, 2])
})

test('what the target refuses becomes a dead letter with time, stage and reason, and what follows is delivered', async () => {
  const target = new Target()
  const letters = newFolder()
  const made = madeFor(target, newFolder(), { letters })
  target.answer = chunk => ({
    rejected: textsOf(chunk).flatMap((text, record) =>
      text.startsWith('bad') ? [{ recordIndex: record, reason: `no ${text}` }] : [],
    ),
    retryable: [],
  })
  await made.letters?.open()
  await made.transport.open()
  made.transport.begin()
  await made.transport.send(chunkOfTexts('a', 'bad 1', 'b', 'bad 2'), NEVER_ABORTED)
  await made.transport.finish(NEVER_ABORTED)
  await made.transport.close()
  await made.letters?.close()
  assert.deepEqual(target.taken, ['a', 'b'])
  assert.deepEqual([made.transport.ledger.filtered.get('dead letter'), made.transport.ledger.difference], [2, 0])
  const { spool } = spoolIn(DISK_FILES, letters)
  await spool.open()
  const read = await spool.next({ records: 10, bytes: 10_000 }, NEVER_ABORTED)
  const { bytes, ends } = read?.chunk ?? chunkOfTexts()
  const found = [...ends].map((end, record) => decodeDeadLetter(bytes.subarray(ends[record - 1] ?? 0, end)))
  assert.deepEqual(
    found.map(letter => [letter?.stage, letter?.reason, Buffer.from(letter?.record ?? []).toString()]),
    [
      ['alerts', 'no bad 1', 'bad 1\n'],
      ['alerts', 'no bad 2', 'bad 2\n'],
    ],
  )
  assert.ok(found.every(letter => Math.abs(Date.parse(letter?.time ?? '') - Date.now()) < 600_000))
  await spool.close()
})

test('without a place for dead letters, what the target refuses is counted and told as lost', async () => {
  const target = new Target()
  const { transport, reported } = madeFor(target, newFolder())
  target.answer = () => ({ rejected: [{ recordIndex: 0, reason: 'no' }], retryable: [] })
  await transport.open()
  transport.begin()
  await transport.send(chunkOfTexts('bad'), NEVER_ABORTED)
  await transport.finish(NEVER_ABORTED)
  await transport.close()
  assert.deepEqual([transport.ledger.dropped.get('not written'), reported], [1, ['SFP_DELIVERY_REFUSED lost']])
})

test('a record that is larger than the spool takes is refused, and the others of its chunk are kept', async () => {
  const target = new Target()
  const { transport, spool } = madeFor(target, newFolder())
  await transport.open()
  transport.begin()
  const outcome = await transport.send(chunkOfTexts('a', 'x'.repeat(spool.maxRecordBytes), 'b'), NEVER_ABORTED)
  assert.deepEqual([outcome?.rejected.map(({ recordIndex }) => recordIndex), outcome?.retryable], [[1], []])
  await transport.finish(NEVER_ABORTED)
  assert.deepEqual(target.taken, ['a', 'b'])
  await transport.close()
})

test('a letter holds any bytes as they were', () => {
  const record = Buffer.from([0, 1, 10, 255, 10])
  const letter = { time: '2026-01-01T00:00:00.000Z', stage: 's', reason: 'one\ntwo "three"', record }
  assert.deepEqual(decodeDeadLetter(encodeDeadLetter(letter)), letter)
})

test('an ordinary record is no letter', () => {
  for (const text of ['{"time":"a","stage":"b","reason":"c"}\n', '{"a":1}\n', 'text\nmore\n', '{\n', '']) {
    assert.equal(decodeDeadLetter(Buffer.from(text)), undefined)
  }
})

const hasTmpfs = (): string => {
  const folder = join(root, 'tmpfs')
  mkdirSync(folder)
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', folder])
  return status === 0 ? folder : ''
}
const small = process.getuid?.() === 0 ? hasTmpfs() : ''
after(() => {
  if (small !== '') spawnSync('umount', [small])
  rmSync(root, { recursive: true })
})

test('on a disk that is really full records wait, and all arrive when the target makes room by taking them', {
  skip: small === '' ? 'no tmpfs can be mounted here: that takes the rights of root' : false,
}, async () => {
  const target = new Target()
  target.isAway = true
  const made = madeFor(target, join(small, 'spool'), { bytes: 10_000_000, segmentBytes: 16_000 })
  await made.transport.open()
  made.transport.begin()
  const records = Array.from({ length: 400 }, (_, index) => `${index} ${'x'.repeat(1000)}`)
  let refusals = 0
  for (let next = 0; next < records.length; ) {
    const chunk = records.slice(next, next + 5)
    try {
      const outcome = await made.transport.send(chunkOfTexts(...chunk), NEVER_ABORTED)
      next += chunk.length - (outcome?.retryable.length ?? 0)
    } catch (error) {
      assert.ok(error instanceof Fault && error.code === 'SFP_SPOOL_WRITE' && error.isTemporary)
      assert.match(error.message, /no space/)
      refusals++
      target.isAway = false
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  await made.transport.finish(NEVER_ABORTED)
  assert.ok(refusals > 0)
  assert.deepEqual(target.taken, records)
  assert.equal(made.spool.statistics.lost, 0)
  await made.transport.close()
  const again = spoolIn(DISK_FILES, join(small, 'spool'))
  await again.spool.open()
  assert.deepEqual([(await readAll(again.spool)).texts, again.reported], [[], []])
  await again.spool.close()
})

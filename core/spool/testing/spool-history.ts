// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import fc from 'fast-check'
import { NEVER_ABORTED } from '../../contract/stage.js'
import { Fault } from '../../errors/fault.js'
import { chunkOfTexts } from '../../exporter/testing/chunks.js'
import type { Spool } from '../spool.js'
import type { SpoolSettings } from '../spool-settings.js'
import { readAll, spoolIn } from './spool-folder.js'
import { ModelFiles } from './spool-model-files.js'

/**
 * What a record may count on. `promised`: it survives whatever happens. `written`: it survives the end of the process, and
 * will be promised when it has been forced onto the disk; `doubtful`: it was to be, and that failed, which cannot be mended.
 * `perhaps`: its append failed or did not come to its end; it may be there or not.
 */
type Durability = 'promised' | 'written' | 'doubtful' | 'perhaps'

interface HistoryEntry {
  readonly text: string
  durability: Durability
  isAcknowledged: boolean
}

const FOLDER = '/spool'

/** One life after the other of a spool on a modelled file system, and what is known of its records. */
export class SpoolHistory {
  readonly files: ModelFiles
  readonly #settings: Partial<SpoolSettings>
  /** In the order in which they were appended. */
  #entries: HistoryEntry[] = []
  /** Places in `#entries` of what can be read next, and of what was read and not acknowledged. */
  #unread: number[] = []
  #read: { readonly last: number; readonly entries: readonly number[] }[] = []
  #spool: Spool | undefined
  #created = 0
  /** In all lives: a gap is told of at each opening, until what stands behind it has been delivered. */
  #missing = 0
  /** Records were found that the system showed and had forgotten to write. */
  #hasForgotten = false
  #reported: string[] = []

  constructor(seed: number, settings: Partial<SpoolSettings>) {
    this.files = new ModelFiles(chanceOf(seed))
    this.#settings = { bytes: 1024 * 1024, segmentBytes: 250, ...settings }
  }

  /** Opens the spool and holds it to the rule: nothing promised is missing, nothing is torn, invented, or out of order. */
  async open(isAfterCrash: boolean): Promise<void> {
    const { spool, reported } = spoolIn(this.files, FOLDER, this.#settings)
    this.#reported = reported
    await spool.open()
    this.#spool = spool
    const { texts: found } = await readAll(spool, { records: 3, bytes: 64 })
    const indexes = found.map(text => this.#entries.findIndex(entry => entry.text === text))
    assert.ok(!indexes.includes(-1), `a record that nobody appended: ${JSON.stringify(found)}`)
    assert.deepEqual(
      indexes,
      [...new Set(indexes)].sort((one, other) => one - other),
      'records are out of order or twice there',
    )
    const missing = this.#entries.filter((_, index) => !indexes.includes(index))
    const broken = missing.filter(
      ({ durability, isAcknowledged }) =>
        !isAcknowledged && (durability === 'promised' || (durability !== 'perhaps' && !isAfterCrash)),
    )
    assert.deepEqual(broken, [], 'promised and not there')
    assert.equal(spool.statistics.found, found.length)
    // Nothing that was promised may be missing, so nothing may be told as lost; without the promise, no more than is missing.
    this.#missing += missing.length
    const maxLost = this.#settings.sync === 'always' && !this.#hasForgotten ? 0 : this.#missing
    this.#hasForgotten ||= this.files.hasForgotten
    assert.ok(spool.statistics.lost <= maxLost, `${spool.statistics.lost} counted as lost, of ${this.#missing}`)
    // What was there once is there the next time.
    this.#entries = indexes.flatMap(index => this.#entries[index] ?? [])
    for (const entry of this.#entries) {
      // Unless the system shows what it has forgotten to write.
      if (!this.files.hasForgotten || isAfterCrash) entry.durability = 'promised'
      entry.isAcknowledged = false
    }
    await this.#reopen()
  }

  async append(sizes: readonly number[]): Promise<void> {
    if (!this.#spool) return
    const texts = sizes.map(size => `${this.#created++} `.padEnd(size, 'x'))
    const dropped = this.#spool.statistics.dropped
    const before = this.#entries.length
    const isForced = this.#settings.sync === 'always'
    for (const text of texts) this.#entries.push({ text, durability: 'perhaps', isAcknowledged: false })
    const appended = await this.#spool.append(chunkOfTexts(...texts), NEVER_ABORTED).catch(error => {
      assert.ok(error instanceof Fault && error.isTemporary, String(error))
      return 0
    })
    for (let index = before; index < before + appended; index++) {
      const entry = this.#entries[index]
      if (entry) entry.durability = isForced ? 'promised' : 'written'
      this.#unread.push(index)
    }
    this.#dropOldest(this.#spool.statistics.dropped - dropped)
  }

  /** Reads some records, which must be the next. */
  async read(records: number): Promise<void> {
    if (!this.#spool || this.#spool.unread === 0) return
    const read = await this.#spool.next({ records, bytes: 128 }, NEVER_ABORTED).catch(notTemporary)
    if (!read) return
    const entries = this.#unread.splice(0, read.chunk.length)
    const { bytes, ends } = read.chunk
    const texts = [...ends].map((end, record) => Buffer.from(bytes.subarray(ends[record - 1] ?? 0, end - 1)).toString())
    assert.deepEqual(
      texts,
      entries.map(index => this.#entries[index]?.text),
    )
    this.#read.push({ last: read.last, entries })
  }

  async acknowledge(): Promise<void> {
    const chunk = this.#read.shift()
    if (!this.#spool || !chunk) return
    for (const index of chunk.entries) {
      const entry = this.#entries[index]
      if (entry) entry.isAcknowledged = true
    }
    await this.#spool.acknowledge(chunk.last)
  }

  async flush(): Promise<void> {
    await this.#forced(this.#spool?.flush())
  }

  /** A clean end, and another start. */
  async restart(): Promise<void> {
    await this.#forced(this.#spool?.close())
    this.files.kill()
    await this.#startAgain(false)
  }

  /** The process ends in the midst of whatever it does. */
  async kill(): Promise<void> {
    this.files.kill()
    await this.#spool?.close().catch(() => {})
    await this.#startAgain(false)
  }

  /** The machine stops. */
  async crash(): Promise<void> {
    this.files.crash()
    await this.#spool?.close().catch(() => {})
    await this.#startAgain(true)
  }

  /** Books of this life, and an end without more ado. */
  async end(): Promise<void> {
    await this.crash()
    await this.#spool?.close()
  }

  async #forced(work: Promise<void> | undefined): Promise<void> {
    const isDone = await work?.then(
      () => true,
      () => false,
    )
    for (const entry of this.#entries) if (entry.durability === 'written') entry.durability = isDone ? 'promised' : 'doubtful'
  }

  async #startAgain(isAfterCrash: boolean): Promise<void> {
    this.files.room = Number.POSITIVE_INFINITY
    this.files.failingSyncs = 0
    this.files.failingCuts = 0
    this.#spool = undefined
    await this.open(isAfterCrash)
  }

  /** Reading all has moved the reader; another life begins at the first record again. */
  async #reopen(): Promise<void> {
    await this.#spool?.close()
    const { spool, reported } = spoolIn(this.files, FOLDER, this.#settings)
    this.#reported = reported
    await spool.open()
    this.#spool = spool
    this.#unread = [...this.#entries.keys()]
    this.#read = []
    assert.equal(spool.unread, this.#unread.length)
  }

  /** Given up to make room: the oldest that are not acknowledged. */
  #dropOldest(records: number): void {
    if (records === 0) return
    assert.ok(this.#reported.some(text => text.startsWith('SFP_SPOOL_DROPPED')))
    const unacknowledged = [...this.#read.flatMap(({ entries }) => entries), ...this.#unread].sort((one, other) => one - other)
    const dropped = new Set(unacknowledged.slice(0, records))
    for (const index of dropped) {
      const entry = this.#entries[index]
      if (entry) entry.durability = 'perhaps'
    }
    this.#unread = this.#unread.filter(index => !dropped.has(index))
  }
}

function notTemporary(error: unknown): undefined {
  assert.ok(error instanceof Fault && error.isTemporary, String(error))
}

/** A source of chance that gives the same again for the same seed (xorshift32). */
function chanceOf(seed: number): () => boolean {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return ((state >>> 7) & 1) === 1
  }
}

type Step = fc.AsyncCommand<object, SpoolHistory>

const step = (name: string, run: (history: SpoolHistory) => Promise<void>): Step => ({
  check: () => true,
  run: (_, history) => run(history),
  toString: () => name,
})

const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 })

/** Histories of up to so many steps. */
export const histories = (maxCommands: number): fc.Arbitrary<Iterable<Step>> =>
  fc.commands(
    [
      sizes.map(chunk => step(`append(${chunk})`, history => history.append(chunk))),
      sizes.map(chunk => step(`append(${chunk})`, history => history.append(chunk))),
      fc.integer({ min: 1, max: 10 }).map(maxRecords => step(`read(${maxRecords})`, history => history.read(maxRecords))),
      fc.constant(step('acknowledge', history => history.acknowledge())),
      fc.constant(step('flush', history => history.flush())),
      fc.constant(step('restart', history => history.restart())),
      fc.constant(step('kill', history => history.kill())),
      fc.constant(step('crash', history => history.crash())),
      fc.constant(step('writeBack', async history => history.files.writeBack())),
      fc.tuple(sizes, fc.integer({ min: 1, max: 8 }), fc.boolean()).map(([chunk, operations, isMachine]) =>
        step(`append(${chunk}), ${isMachine ? 'crash' : 'kill'} in operation ${operations}`, async history => {
          history.files.dieAfter(operations)
          await history.append(chunk)
          await (isMachine ? history.crash() : history.kill())
        }),
      ),
      fc.tuple(fc.integer({ min: 1, max: 8 }), fc.boolean()).map(([operations, isMachine]) =>
        step(`acknowledge, ${isMachine ? 'crash' : 'kill'} in operation ${operations}`, async history => {
          await history.read(10)
          history.files.dieAfter(operations)
          await history.acknowledge()
          await (isMachine ? history.crash() : history.kill())
        }),
      ),
      fc.integer({ min: 0, max: 300 }).map(room =>
        step(`room(${room})`, async history => {
          history.files.room = room
        }),
      ),
      fc.constant(
        step('sync fails', async history => {
          history.files.failingSyncs = 1
        }),
      ),
      fc.constant(
        step('sync and cut fail', async history => {
          history.files.failingSyncs = 1
          history.files.failingCuts = 1
        }),
      ),
    ],
    { maxCommands },
  )

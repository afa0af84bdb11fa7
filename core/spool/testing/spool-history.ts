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
 * The guarantee for a record. `promised`: it survives everything. `written`: it survives the end of the process, and becomes
 * `promised` when it is forced onto the disk. `doubtful`: a sync of it failed, which cannot be repaired. `perhaps`: its append
 * failed or was interrupted; the record may exist or not.
 */
type Durability = 'promised' | 'written' | 'doubtful' | 'perhaps'

interface HistoryEntry {
  readonly text: string
  durability: Durability
  isAcknowledged: boolean
}

const FOLDER = '/spool'

/** Runs a spool on a modelled file system through restarts and crashes, and tracks the guarantee of each record. */
export class SpoolHistory {
  readonly files: ModelFiles
  readonly #settings: Partial<SpoolSettings>
  /** In the order in which they were appended. */
  #entries: HistoryEntry[] = []
  /** Indices in `#entries` of the records that can be read next, and of those that were read and not acknowledged. */
  #unread: number[] = []
  #read: { readonly last: number; readonly entries: readonly number[] }[] = []
  #spool: Spool | undefined
  #created = 0
  /** Over all restarts: a gap is reported each time the spool is opened, until the records after it have been delivered. */
  #missing = 0
  /** Whether records were found that the system showed and had failed to write. */
  #hasForgotten = false
  #reported: string[] = []

  constructor(seed: number, settings: Partial<SpoolSettings>) {
    this.files = new ModelFiles(chanceOf(seed))
    this.#settings = { bytes: 1024 * 1024, segmentBytes: 250, ...settings }
  }

  /** Opens the spool and checks that no promised record is missing, torn or out of order, and that no record is invented. */
  async open(isAfterCrash: boolean): Promise<void> {
    const { spool, reported } = spoolIn(this.files, FOLDER, this.#settings)
    this.#reported = reported
    await spool.open()
    this.#spool = spool
    const { texts: found } = await readAll(spool, { records: 3, bytes: 64 })
    const indexes = found.map(text => this.#entries.findIndex(entry => entry.text === text))
    assert.ok(!indexes.includes(-1), `a record that was never appended: ${JSON.stringify(found)}`)
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
    // No promised record may be missing, so none may be reported as lost; without the guarantee, at most the missing ones.
    this.#missing += missing.length
    const maxLost = this.#settings.sync === 'always' && !this.#hasForgotten ? 0 : this.#missing
    this.#hasForgotten ||= this.files.hasForgotten
    assert.ok(spool.statistics.lost <= maxLost, `${spool.statistics.lost} counted as lost, of ${this.#missing}`)
    // A record that was found once must be found the next time.
    this.#entries = indexes.flatMap(index => this.#entries[index] ?? [])
    for (const entry of this.#entries) {
      // Exception: the system shows records that it has failed to write.
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

  /** Reads some records and checks that they are the next ones. */
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

  /** Closes the spool cleanly and starts again. */
  async restart(): Promise<void> {
    await this.#forced(this.#spool?.close())
    this.files.kill()
    await this.#startAgain(false)
  }

  /** The process ends in the middle of its work. */
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

  /** Ends the history with a crash and a last check. */
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

  /** Reading all records has moved the reader; a new spool begins at the first record again. */
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

  /** Records dropped to make room: the oldest that are not acknowledged. */
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

/** A random generator that repeats its sequence for the same seed (xorshift32). */
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

/** Histories of up to `maxCommands` steps. */
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

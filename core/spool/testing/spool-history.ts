// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Fault } from '../../errors/fault.js'
import type { SpoolSettings } from '../settings.js'
import type { Spool } from '../spool.js'
import { pageOf } from '../../exporter/testing/pages.js'
import { NEVER, readAll, spoolIn } from './spool-folder.js'
import { ModelFiles } from './spool-model-files.js'

/**
 * What a record may count on. `promised`: it survives whatever happens. `written`: it survives the end of the process, and
 * will be promised when it has been forced onto the disk; `doubtful`: it was to be, and that failed, which cannot be mended.
 * `perhaps`: its append failed or did not come to its end; it may be there or not.
 */
type Standing = 'promised' | 'written' | 'doubtful' | 'perhaps'

interface Entry {
  readonly text: string
  promise: Standing
  isAcknowledged: boolean
}

const FOLDER = '/spool'

/** One life after the other of a spool on a modelled file system, and what is known of its records. */
export class History {
  readonly files: ModelFiles
  readonly #settings: Partial<SpoolSettings>
  /** In the order in which they were appended. */
  #entries: Entry[] = []
  /** Places in `#entries` of what can be read next, and of what was read and not acknowledged. */
  #unread: number[] = []
  #read: { readonly last: number; readonly entries: readonly number[] }[] = []
  #spool: Spool | undefined
  #made = 0
  /** In all lives: a gap is told of at each opening, until what stands behind it has been delivered. */
  #missing = 0
  /** Records were found that the system showed and had forgotten to write. */
  #hasForgotten = false
  #told: string[] = []

  constructor(seed: number, settings: Partial<SpoolSettings>) {
    this.files = new ModelFiles(chanceOf(seed))
    this.#settings = { bytes: 1024 * 1024, segmentBytes: 250, ...settings }
  }

  /** Opens the spool and holds it to the rule: nothing promised is missing, nothing is torn, invented, or out of order. */
  async open(isAfterCrash: boolean): Promise<void> {
    const { spool, told } = spoolIn(this.files, FOLDER, this.#settings)
    this.#told = told
    await spool.open()
    this.#spool = spool
    const { texts: found } = await readAll(spool, { records: 3, bytes: 64 })
    const places = found.map(text => this.#entries.findIndex(entry => entry.text === text))
    assert.ok(!places.includes(-1), `a record that nobody appended: ${JSON.stringify(found)}`)
    assert.deepEqual(
      places,
      [...new Set(places)].sort((one, other) => one - other),
      'records are out of order or twice there',
    )
    const missing = this.#entries.filter((_, place) => !places.includes(place))
    const broken = missing.filter(
      ({ promise, isAcknowledged }) => !isAcknowledged && (promise === 'promised' || (promise !== 'perhaps' && !isAfterCrash)),
    )
    assert.deepEqual(broken, [], 'promised and not there')
    assert.equal(spool.figures.found, found.length)
    // Nothing that was promised may be missing, so nothing may be told as lost; without the promise, no more than is missing.
    this.#missing += missing.length
    const mostLost = this.#settings.sync === 'always' && !this.#hasForgotten ? 0 : this.#missing
    this.#hasForgotten ||= this.files.hasForgotten
    assert.ok(spool.figures.lost <= mostLost, `${spool.figures.lost} counted as lost, of ${this.#missing}`)
    // What was there once is there the next time.
    this.#entries = places.flatMap(place => this.#entries[place] ?? [])
    for (const entry of this.#entries) {
      // Unless the system shows what it has forgotten to write.
      if (!this.files.hasForgotten || isAfterCrash) entry.promise = 'promised'
      entry.isAcknowledged = false
    }
    await this.#reopenAsItIs()
  }

  async append(sizes: readonly number[]): Promise<void> {
    if (!this.#spool) return
    const texts = sizes.map(size => `${this.#made++} `.padEnd(size, 'x'))
    const dropped = this.#spool.figures.dropped
    const before = this.#entries.length
    const isForced = this.#settings.sync === 'always'
    for (const text of texts) this.#entries.push({ text, promise: 'perhaps', isAcknowledged: false })
    const kept = await this.#spool.append(pageOf(...texts), NEVER).catch(error => {
      assert.ok(error instanceof Fault && error.isTemporary, String(error))
      return 0
    })
    for (let place = before; place < before + kept; place++) {
      const entry = this.#entries[place]
      if (entry) entry.promise = isForced ? 'promised' : 'written'
      this.#unread.push(place)
    }
    this.#forget(this.#spool.figures.dropped - dropped)
  }

  /** Reads some records, which must be the next. */
  async read(records: number): Promise<void> {
    if (!this.#spool || this.#spool.unread === 0) return
    const read = await this.#spool.next({ records, bytes: 128 }, NEVER).catch(notTemporary)
    if (!read) return
    const entries = this.#unread.splice(0, read.page.length)
    const { bytes, ends } = read.page
    const texts = [...ends].map((end, record) => Buffer.from(bytes.subarray(ends[record - 1] ?? 0, end - 1)).toString())
    assert.deepEqual(
      texts,
      entries.map(place => this.#entries[place]?.text),
    )
    this.#read.push({ last: read.last, entries })
  }

  async acknowledge(): Promise<void> {
    const page = this.#read.shift()
    if (!this.#spool || !page) return
    for (const place of page.entries) {
      const entry = this.#entries[place]
      if (entry) entry.isAcknowledged = true
    }
    await this.#spool.acknowledge(page.last)
  }

  async flush(): Promise<void> {
    await this.#forced(this.#spool?.flush())
  }

  /** A clean end, and another start. */
  async restart(): Promise<void> {
    await this.#forced(this.#spool?.close())
    this.files.kill()
    await this.#reborn(false)
  }

  /** The process ends in the midst of whatever it does. */
  async kill(): Promise<void> {
    this.files.kill()
    await this.#spool?.close().catch(() => {})
    await this.#reborn(false)
  }

  /** The machine stops. */
  async crash(): Promise<void> {
    this.files.crash()
    await this.#spool?.close().catch(() => {})
    await this.#reborn(true)
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
    for (const entry of this.#entries) if (entry.promise === 'written') entry.promise = isDone ? 'promised' : 'doubtful'
  }

  async #reborn(isAfterCrash: boolean): Promise<void> {
    this.files.room = Number.POSITIVE_INFINITY
    this.files.failingSyncs = 0
    this.files.failingCuts = 0
    this.#spool = undefined
    await this.open(isAfterCrash)
  }

  /** Reading all has moved the reader; another life begins at the first record again. */
  async #reopenAsItIs(): Promise<void> {
    await this.#spool?.close()
    const { spool, told } = spoolIn(this.files, FOLDER, this.#settings)
    this.#told = told
    await spool.open()
    this.#spool = spool
    this.#unread = [...this.#entries.keys()]
    this.#read = []
    assert.equal(spool.unread, this.#unread.length)
  }

  /** Given up to make room: the oldest that are not acknowledged. */
  #forget(records: number): void {
    if (records === 0) return
    assert.ok(this.#told.some(text => text.startsWith('SFP_SPOOL_DROPPED')))
    const left = [...this.#read.flatMap(({ entries }) => entries), ...this.#unread].sort((one, other) => one - other)
    const gone = new Set(left.slice(0, records))
    for (const place of gone) {
      const entry = this.#entries[place]
      if (entry) entry.promise = 'perhaps'
    }
    this.#unread = this.#unread.filter(place => !gone.has(place))
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

type Step = fc.AsyncCommand<object, History>

const step = (name: string, run: (history: History) => Promise<void>): Step => ({
  check: () => true,
  run: (_, history) => run(history),
  toString: () => name,
})

const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 })

/** Histories of up to so many steps. */
export const histories = (maxCommands: number): fc.Arbitrary<Iterable<Step>> =>
  fc.commands(
    [
      sizes.map(page => step(`append(${page})`, history => history.append(page))),
      sizes.map(page => step(`append(${page})`, history => history.append(page))),
      fc.integer({ min: 1, max: 10 }).map(most => step(`read(${most})`, history => history.read(most))),
      fc.constant(step('acknowledge', history => history.acknowledge())),
      fc.constant(step('flush', history => history.flush())),
      fc.constant(step('restart', history => history.restart())),
      fc.constant(step('kill', history => history.kill())),
      fc.constant(step('crash', history => history.crash())),
      fc.constant(step('writeBack', async history => history.files.writeBack())),
      fc.tuple(sizes, fc.integer({ min: 1, max: 8 }), fc.boolean()).map(([page, operations, isMachine]) =>
        step(`append(${page}), ${isMachine ? 'crash' : 'kill'} in operation ${operations}`, async history => {
          history.files.dieAfter(operations)
          await history.append(page)
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

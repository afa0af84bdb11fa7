// SPDX-License-Identifier: Apache-2.0
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { Page } from '../contract/exporter.js'
import { Fault } from '../errors/fault.js'
import { messageOf, reasonOf } from '../errors/reason.js'
import { Condition } from './condition.js'
import type { SpoolFiles } from './files.js'
import { framesOf, HEAD_BYTES } from './frame.js'
import { PositionFile } from './position-file.js'
import { type Limits, type Read, Segment } from './segment.js'
import { segmentFile } from './segment-name.js'
import { type Survey, survey } from './survey.js'

/** When what was appended is forced onto the disk: before `append` resolves, every few milliseconds, when the system likes. */
export const SYNC_POLICIES = ['always', 'interval', 'never'] as const
export type SyncPolicy = (typeof SYNC_POLICIES)[number]

/** What a full spool does: lets `append` wait, or gives up the oldest records, counted and told. */
export const FULL_POLICIES = ['block', 'drop-oldest'] as const
export type FullPolicy = (typeof FULL_POLICIES)[number]

export interface SpoolSettings {
  readonly folder: string
  /** Of all segments together. */
  readonly bytes: number
  /** Of one segment, unless `bytes` asks for less: an eighth of it at most. */
  readonly segmentBytes?: number
  readonly sync: SyncPolicy
  /** Milliseconds between two writes of the position, and of records with `interval`. */
  readonly syncEvery: number
  readonly whenFull: FullPolicy
}

/** Figures since the spool was opened, but for those of what waits. Records found + appended = acknowledged + dropped + lost while reading + waiting. */
export interface SpoolFigures {
  readonly waiting: number
  readonly waitingBytes: number
  /** On the disk, with what is acknowledged and not removed yet. */
  readonly bytes: number
  readonly segments: number
  readonly found: number
  readonly appended: number
  readonly acknowledged: number
  /** Given up to make room. A page that is being delivered at that moment counts, though it may arrive. */
  readonly dropped: number
  /** Records that could not be read again, found at the opening or later. */
  readonly lost: number
  readonly damagedBytes: number
}

interface Request {
  readonly page: Page
  readonly from: number
  readonly to: number
  readonly bytes: number
  readonly abort: AbortSignal
  resolve(): void
  reject(error: unknown): void
}

/**
 * A queue of encoded records in a folder. Records are appended to segment files and read in the same order; a segment whose
 * records are all acknowledged is removed. What was appended outlives the process, and with `always` also the machine. What a
 * crash or the disk has damaged is skipped, counted and told. One process at a time owns the folder.
 */
export class Spool {
  readonly #files: SpoolFiles
  readonly #settings: SpoolSettings
  readonly #tell: (fault: Fault, lostData: boolean) => void
  readonly #segmentBytes: number
  readonly #changed = new Condition()
  readonly #queue: Request[] = []
  #position: PositionFile | undefined
  #release: (() => Promise<void>) | undefined
  #segments: Segment[] = []
  /** The last segment, if records can be appended to it. */
  #active: Segment | undefined
  /** The last segment must not grow any more. */
  #isSpoiled = false
  /** Segments with bytes that may not be on the disk yet. */
  readonly #dirty = new Set<Segment>()
  #ordinal = 0
  #next = 1
  #acknowledged = 0
  /** Pages that were read and not acknowledged. */
  #underWay: { readonly segment: Segment; readonly last: number; readonly records: number; readonly bytes: number }[] = []
  #working: Promise<void> | undefined
  #tidying: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  #isFull = false
  /** Records that were given up and not told of yet. */
  #untold = 0
  #tellNotBefore = 0
  #counts = { found: 0, appended: 0, acknowledged: 0, dropped: 0, lost: 0, damagedBytes: 0 }

  /** `tell` hears what does not stop the spool: damage, loss, fullness. */
  constructor(files: SpoolFiles, settings: SpoolSettings, tell: (fault: Fault, lostData: boolean) => void) {
    this.#files = files
    this.#settings = settings
    this.#tell = tell
    this.#segmentBytes = Math.min(settings.segmentBytes ?? SEGMENT_BYTES, Math.floor(settings.bytes / 8))
  }

  /** The largest record that is taken. */
  get recordBytes(): number {
    return this.#segmentBytes - HEAD_BYTES
  }

  /** Takes possession of the folder and finds what is in it. Rejects with a fault if it cannot, or if another process has it. */
  async open(): Promise<void> {
    const { folder } = this.#settings
    try {
      await this.#files.makeFolder(folder)
      this.#release = await this.#files.own(folder)
      await this.#recover(await survey(this.#files, folder))
    } catch (error) {
      await this.#release?.()
      this.#release = undefined
      if (error instanceof Fault) throw error
      throw new Fault('SFP_SPOOL_OPEN', { folder, reason: reasonOf(error) }, { cause: error })
    }
  }

  /**
   * Appends the records of a page, of which none is larger than {@link recordBytes}. Resolves when they are as safe as the
   * settings ask for, with their number: less than all if the disk failed in between; they are then the first of the page. Rejects
   * with a temporary fault if none could be kept, and with the reason of `abort` if that fires while it waits for room.
   */
  async append(page: Page, abort: AbortSignal): Promise<number> {
    let from = 0
    while (from < page.length) {
      const to = this.#partOf(page, from)
      try {
        await this.#enqueue(page, from, to, abort)
      } catch (error) {
        if (from > 0 && error instanceof Fault) return from
        throw error
      }
      from = to
    }
    return page.length
  }

  /** The next records; waits for some. Undefined once the spool is closed. Rejects if they cannot be read and when `abort` fires. */
  async next(limits: Limits, abort: AbortSignal): Promise<Read | undefined> {
    for (;;) {
      abort.throwIfAborted()
      const segment = this.#segments.find(({ unread }) => unread > 0)
      if (segment) {
        const read = await this.#read(segment, limits)
        if (read) return read
      } else if (this.#isClosed) return undefined
      else await this.#changed.changed(abort)
    }
  }

  /** Records up to number `last`, the end of a page that was read, need not be kept. Resolves when they may be forgotten. */
  async acknowledge(last: number): Promise<void> {
    while ((this.#underWay[0]?.last ?? Number.POSITIVE_INFINITY) <= last) {
      const page = this.#underWay.shift()
      if (!page) break
      page.segment.waiting -= page.records
      page.segment.waitingBytes -= page.bytes
      this.#counts.acknowledged += page.records
    }
    this.#acknowledged = Math.max(this.#acknowledged, last)
    if (this.#finished().length > 0) await this.#tidy().catch(error => this.#tell(this.#unkept(error), false))
    else this.#soon()
    this.#changed.change()
  }

  /** Resolves when nothing waits any more; rejects with the reason of `abort` as soon as it fires. */
  async emptied(abort: AbortSignal): Promise<void> {
    while (this.figures.waiting > 0) await this.#changed.changed(abort)
  }

  /**
   * Forces onto the disk what was appended, whatever the settings say. Rejects with a temporary fault; what it was to force is
   * then not promised by another call either, since the system does not tell what became of it.
   */
  async flush(): Promise<void> {
    const dirty = [...this.#dirty]
    if (dirty.length === 0) return
    this.#dirty.clear()
    try {
      for (const segment of dirty) await segment.sync()
      await this.#files.syncFolder(this.#settings.folder)
    } catch (error) {
      // The system may say the next time that all is well; so nothing more is added to what may be lost. Who is writing at
      // this moment must still find the segment where it was.
      this.#isSpoiled = true
      throw this.#failed(error)
    }
  }

  /** Records that wait and were not read yet. */
  get unread(): number {
    return this.#segments.reduce((total, { unread }) => total + unread, 0)
  }

  get figures(): SpoolFigures {
    const sum = (of: (segment: Segment) => number): number => this.#segments.reduce((total, one) => total + of(one), 0)
    return {
      waiting: sum(({ waiting }) => waiting),
      waitingBytes: sum(({ waitingBytes }) => waitingBytes),
      bytes: sum(({ size }) => size),
      segments: this.#segments.length,
      ...this.#counts,
    }
  }

  /** Keeps what waits for the next time. What has not been appended is rejected. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#changed.change()
    await this.#working
    if (!this.#release) return
    this.#tellDropped()
    try {
      await this.flush()
      this.#active = undefined
      await this.#tidy(true)
    } catch (error) {
      throw this.#unkept(error)
    } finally {
      await Promise.allSettled([...this.#segments, this.#position].map(file => file?.close()))
      await this.#release()
    }
  }

  /** What is torn at the end is cut off; what holds nothing any more is removed. */
  async #recover(found: Survey): Promise<void> {
    const { folder } = this.#settings
    this.#ordinal = found.segments.at(-1)?.name.ordinal ?? 0
    this.#next = found.position.next
    this.#acknowledged = found.position.acknowledged
    this.#segments = found.segments.map(facts => Segment.found(this.#files, facts))
    this.#counts.found = found.waiting
    this.#counts.lost = found.lost
    this.#counts.damagedBytes = found.damagedBytes
    if (found.tornBytes > 0) await this.#segments.at(-1)?.cut()
    // A process that was killed has left them to the system; what is found now must be there the next time as well.
    for (const segment of this.#segments) await segment.sync()
    this.#position = await PositionFile.open(this.#files, folder, found.turn)
    await this.#tidy(true)
    const bytes = found.damagedBytes + found.tornBytes
    if (found.lost > 0) this.#tell(new Fault('SFP_SPOOL_LOST', { folder, records: found.lost, bytes }), true)
    else if (bytes > 0) this.#tell(new Fault('SFP_SPOOL_CUT', { folder, bytes }, { level: 'warning' }), false)
    if (found.isPositionLost && found.waiting > 0)
      this.#tell(new Fault('SFP_SPOOL_REPEATS', { folder, records: found.waiting }, { level: 'warning' }), false)
  }

  /** The index behind the last record that goes into one segment with record `from`. */
  #partOf({ ends, length }: Page, from: number): number {
    const start = ends[from - 1] ?? 0
    let to = from + 1
    while (to < length && (ends[to] ?? 0) - start + (to + 1 - from) * HEAD_BYTES <= this.#segmentBytes) to++
    return to
  }

  #enqueue(page: Page, from: number, to: number, abort: AbortSignal): Promise<void> {
    const bytes = (page.ends[to - 1] ?? 0) - (page.ends[from - 1] ?? 0) + (to - from) * HEAD_BYTES
    if (bytes > this.#segmentBytes) return Promise.reject(new RangeError('a record is larger than a segment'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ page, from, to, bytes, abort, resolve, reject })
      this.#working ??= this.#work()
    })
  }

  /** Writes what was asked for, several requests at a time where they came faster than the disk. */
  async #work(): Promise<void> {
    for (let first = this.#queue.shift(); first; first = this.#queue.shift()) {
      const group = [first]
      try {
        await this.#makeRoom(first)
        let bytes = first.bytes
        for (let more = this.#queue[0]; more && this.#hasRoom(bytes + more.bytes); more = this.#queue[0]) {
          this.#queue.shift()
          group.push(more)
          bytes += more.bytes
        }
        await this.#write(group)
        for (const { resolve } of group) resolve()
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
      this.#changed.change()
    }
    // In the same step in which the queue was found empty, so that nobody waits for a worker that has gone.
    this.#working = undefined
  }

  /** Whether so many bytes can be appended to the last segment. */
  #hasRoom(bytes: number): boolean {
    return (this.#active?.size ?? 0) + bytes <= this.#segmentBytes && this.figures.bytes + bytes <= this.#settings.bytes
  }

  async #makeRoom({ bytes, abort }: Request): Promise<void> {
    const { folder, whenFull } = this.#settings
    while (this.figures.bytes > 0 && this.figures.bytes + bytes > this.#settings.bytes) {
      if (this.#isClosed) throw closed()
      abort.throwIfAborted()
      if (this.#active?.waiting === 0) await this.#seal()
      if (this.#finished().length > 0) {
        await this.#tidy().catch(error => {
          throw this.#failed(error)
        })
        continue
      }
      if (!this.#isFull)
        this.#tell(new Fault('SFP_SPOOL_FULL', { folder, bytes: this.#settings.bytes, whenFull }, WARNING), false)
      this.#isFull = true
      if (whenFull === 'drop-oldest') await this.#dropOldest()
      else await this.#changed.changed(abort)
    }
    if (this.#isClosed) throw closed()
    abort.throwIfAborted()
    if (this.figures.bytes + bytes < this.#settings.bytes / 2) this.#isFull = false
    const isFull = this.#active !== undefined && this.#active.size > 0 && this.#active.size + bytes > this.#segmentBytes
    if (isFull || this.#isSpoiled) await this.#seal()
  }

  async #dropOldest(): Promise<void> {
    const [oldest] = this.#segments
    if (!oldest) return
    if (oldest === this.#active) await this.#seal()
    const records = oldest.waiting
    this.#counts.dropped += records
    this.#acknowledged = Math.max(this.#acknowledged, oldest.last)
    this.#underWay = this.#underWay.filter(({ segment }) => segment !== oldest)
    oldest.giveUp()
    this.#untold += records
    if (performance.now() >= this.#tellNotBefore) this.#tellDropped()
    await this.#tidy().catch(error => {
      throw this.#failed(error)
    })
  }

  #tellDropped(): void {
    if (this.#untold === 0) return
    this.#tell(new Fault('SFP_SPOOL_DROPPED', { folder: this.#settings.folder, records: this.#untold }), true)
    this.#untold = 0
    this.#tellNotBefore = performance.now() + BETWEEN_TELLINGS
  }

  /** All of a group is kept or nothing of it. */
  async #write(group: readonly Request[]): Promise<void> {
    const { folder, sync } = this.#settings
    let segment = this.#active
    try {
      if (!segment) {
        segment = await this.#begin()
        if (sync === 'always') await this.#files.syncFolder(folder)
      }
      let [bytes, records] = [0, 0]
      for (const { page, from, to } of group) {
        const part = { page, from, to, sequence: this.#next + records }
        const frames = framesOf(part, sync === 'always' ? this.#next : undefined, segment.name.salt)
        await segment.write(frames, bytes)
        bytes += frames.length
        records += to - from
      }
      if (sync === 'always') await segment.sync()
      segment.grown(bytes, records)
      this.#next += records
      this.#counts.appended += records
      if (sync !== 'always') this.#dirty.add(segment)
      if (sync === 'interval') this.#soon()
    } catch (error) {
      await this.#takeBack(segment)
      throw this.#failed(error)
    }
  }

  /** A new last segment. */
  async #begin(): Promise<Segment> {
    const name = { ordinal: ++this.#ordinal, first: this.#next, salt: randomInt(2 ** 32) }
    const segment = await Segment.made(this.#files, join(this.#settings.folder, segmentFile(name)), name)
    this.#segments.push(segment)
    this.#active = segment
    return segment
  }

  /**
   * After a failed write. What cannot be forced onto the disk once may be reported as there the next time, so nothing is
   * appended to such a segment any more: the numbers of what it holds too much are given away again, in the next one.
   */
  async #takeBack(segment: Segment | undefined): Promise<void> {
    if (!segment) return
    this.#active = undefined
    try {
      await segment.cut()
    } catch {
      // What it holds too much has numbers of the next segment, and so is passed over.
    }
    if (segment.size > 0) return
    this.#segments = this.#segments.filter(one => one !== segment)
    await segment.remove().catch(() => {})
  }

  #unkept(error: unknown): Fault {
    if (error instanceof Fault) return error
    return new Fault('SFP_SPOOL_POSITION', { folder: this.#settings.folder, reason: reasonOf(error) }, { cause: error })
  }

  #failed(error: unknown): Fault {
    const { folder } = this.#settings
    if (error instanceof Fault) return error
    return new Fault('SFP_SPOOL_WRITE', { folder, reason: reasonOf(error) }, { cause: error, isTemporary: true })
  }

  async #seal(): Promise<void> {
    if (this.#settings.sync === 'interval') await this.flush()
    this.#active = undefined
    this.#isSpoiled = false
  }

  async #read(segment: Segment, limits: Limits): Promise<Read | undefined> {
    const before = { lost: segment.lost, damagedBytes: segment.damagedBytes }
    let read: Read | undefined
    try {
      read = await segment.read(limits)
    } catch (error) {
      // It was given up meanwhile, and its file closed.
      if (!this.#segments.includes(segment)) return undefined
      const { folder } = this.#settings
      throw new Fault('SFP_SPOOL_READ', { folder, reason: messageOf(error) }, { cause: error, isTemporary: true })
    }
    const [records, bytes] = [segment.lost - before.lost, segment.damagedBytes - before.damagedBytes]
    if (records > 0) {
      this.#counts.lost += records
      this.#counts.damagedBytes += bytes
      this.#tell(new Fault('SFP_SPOOL_LOST', { folder: this.#settings.folder, records, bytes }), true)
      this.#changed.change()
    }
    // It was given up meanwhile.
    if (!read || !this.#segments.includes(segment)) return undefined
    this.#underWay.push({ segment, last: read.last, records: read.page.length, bytes: read.page.bytes.length })
    return read
  }

  /**
   * Segments that hold nothing any more and are not appended to. The last goes only with all others: its name says where the
   * numbers of the one before it end, which may hold the remains of a failed append behind them.
   */
  #finished(): Segment[] {
    const finished = this.#segments.filter(one => one !== this.#active && one.waiting === 0)
    return finished.length === this.#segments.length ? finished : finished.filter(one => one !== this.#segments.at(-1))
  }

  /** Writes down how far all has come, and only then removes what is finished. One at a time. */
  #tidy(always = false): Promise<void> {
    const tidied = this.#tidying.then(async () => {
      const finished = this.#finished()
      if (finished.length === 0 && !always) return
      const [first] = this.#segments.filter(one => !finished.includes(one))
      // Behind a segment that was damaged to its end nothing is left to be acknowledged.
      const acknowledged = Math.max(this.#acknowledged, (first ? first.name.first : this.#next) - 1)
      await this.#position?.write({ acknowledged, next: this.#next })
      this.#segments = this.#segments.filter(one => !finished.includes(one))
      for (const segment of finished) {
        this.#dirty.delete(segment)
        await segment.remove()
      }
    })
    this.#tidying = tidied.catch(() => {})
    return tidied
  }

  /** Writes the position, and with `interval` the records, in a while. */
  #soon(): void {
    if (this.#timer || this.#isClosed) return
    this.#timer = setTimeout(async () => {
      this.#timer = undefined
      try {
        if (this.#settings.sync === 'interval') await this.flush()
        await this.#tidy(true)
      } catch (error) {
        if (!this.#isClosed) this.#tell(this.#unkept(error), false)
      }
    }, this.#settings.syncEvery)
    this.#timer.unref()
  }
}

/** Milliseconds in which what is given up is added up and then told once: it may go on for days. */
const BETWEEN_TELLINGS = 60_000
const SEGMENT_BYTES = 16 * 1024 * 1024
const WARNING = { level: 'warning' } as const

const closed = (): Error => new Error('the spool is closed')

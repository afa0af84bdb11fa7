// SPDX-License-Identifier: Apache-2.0
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { Fault } from '../errors/fault.js'
import { reasonOf } from '../errors/reason.js'
import { encodeFrames } from './frames.js'
import type { SpoolInspection } from './inspect-spool.js'
import { PositionFile } from './position-file.js'
import { Segment } from './segment.js'
import { segmentFileName } from './segment-name.js'
import type { SpoolFiles } from './spool-files.js'
import type { SpoolSettings } from './spool-settings.js'
import type { SpooledChunk } from './spooled-chunk.js'

/** Some records of a chunk. */
export interface AppendPart {
  readonly chunk: SpooledChunk
  readonly from: number
  readonly to: number
}

/**
 * The files of an open spool: its segments, oldest first, and the position, how far all has come. Records are written by one
 * caller at a time; forcing them onto the disk and tidying may happen meanwhile.
 */
export class Segments {
  /** Whether the last segment must not grow any more. */
  hasSyncFailed = false
  /** Records that were written since the opening. */
  appended = 0
  readonly #files: SpoolFiles
  readonly #settings: SpoolSettings
  readonly #reportFault: (fault: Fault, lostData: boolean) => void
  #position: PositionFile | undefined
  #all: Segment[] = []
  #active: Segment | undefined
  /** Segments with bytes that may not be on the disk yet. */
  readonly #dirty = new Set<Segment>()
  #ordinal = 0
  #next = 1
  #acknowledged = 0
  #removing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(files: SpoolFiles, settings: SpoolSettings, reportFault: (fault: Fault, lostData: boolean) => void) {
    this.#files = files
    this.#settings = settings
    this.#reportFault = reportFault
  }

  /** What is torn at the end is cut off; what holds nothing any more is removed. */
  async recover(inspectionOfSpool: SpoolInspection): Promise<void> {
    this.#ordinal = inspectionOfSpool.segments.at(-1)?.name.ordinal ?? 0
    this.#next = inspectionOfSpool.position.next
    this.#acknowledged = inspectionOfSpool.position.acknowledged
    this.#all = inspectionOfSpool.segments.map(inspection => Segment.fromInspection(this.#files, inspection))
    if (inspectionOfSpool.tornBytes > 0) await this.#all.at(-1)?.truncateTorn()
    // A process that was killed has left them to the system; what is found now must be there the next time as well.
    for (const segment of this.#all) await segment.sync()
    this.#position = await PositionFile.open(this.#files, this.#settings.folder, inspectionOfSpool.generation)
    await this.removeFinished(true)
  }

  get all(): readonly Segment[] {
    return this.#all
  }

  /** The last segment, if records can be appended to it. */
  get active(): Segment | undefined {
    return this.#active
  }

  /** On the disk, with what is acknowledged and not removed yet. */
  get bytes(): number {
    return this.#all.reduce((total, { size }) => total + size, 0)
  }

  /**
   * Segments that hold nothing any more and are not appended to. The last goes only with all others: its name says where the
   * numbers of the one before it end, which may hold the remains of a failed append behind them.
   */
  get finished(): readonly Segment[] {
    const finished = this.#all.filter(segmentOfSpool => segmentOfSpool !== this.#active && segmentOfSpool.waiting === 0)
    return finished.length === this.#all.length
      ? finished
      : finished.filter(segmentOfSpool => segmentOfSpool !== this.#all.at(-1))
  }

  /** Appends to the last segment, which has room; all of it or nothing. Rejects with a temporary fault. */
  async write(group: readonly AppendPart[]): Promise<void> {
    const { folder, sync } = this.#settings
    let segment = this.#active
    try {
      if (!segment) {
        segment = await this.#createSegment()
        if (sync === 'always') await this.#files.syncFolder(folder)
      }
      let [bytes, records, recordBytes] = [0, 0, 0]
      for (const { chunk, from, to } of group) {
        const part = { chunk, from, to, sequence: this.#next + records }
        const frames = encodeFrames(part, sync === 'always' ? this.#next : undefined, segment.name.salt)
        await segment.write(frames, bytes)
        bytes += frames.length
        records += to - from
        recordBytes += (chunk.ends[to - 1] ?? 0) - (chunk.ends[from - 1] ?? 0)
      }
      if (sync === 'always') await segment.sync()
      segment.noteWritten(bytes, records, recordBytes)
      this.#next += records
      this.appended += records
      if (sync !== 'always') this.#dirty.add(segment)
      if (sync === 'interval') this.scheduleFlush()
    } catch (error) {
      await this.#rollBack(segment)
      throw spoolWriteFault(folder, error)
    }
  }

  /** A new last segment. */
  async #createSegment(): Promise<Segment> {
    const name = { ordinal: ++this.#ordinal, first: this.#next, salt: randomInt(2 ** 32) }
    const segment = await Segment.create(this.#files, join(this.#settings.folder, segmentFileName(name)), name)
    this.#all.push(segment)
    this.#active = segment
    return segment
  }

  /**
   * After a failed write. What cannot be forced onto the disk once may be reported as there the next time, so nothing is
   * appended to such a segment any more: the numbers of what it holds too much are given away again, in the next one.
   */
  async #rollBack(segment: Segment | undefined): Promise<void> {
    if (!segment) return
    this.#active = undefined
    try {
      await segment.truncateTorn()
    } catch {
      // What it holds too much has numbers of the next segment, and so is passed over.
    }
    if (segment.size > 0) return
    this.#all = this.#all.filter(segmentOfSpool => segmentOfSpool !== segment)
    await segment.remove().catch(() => {})
  }

  /** What is appended from now on goes into another segment. */
  async seal(): Promise<void> {
    if (this.#settings.sync === 'interval') await this.flush()
    this.#active = undefined
    this.hasSyncFailed = false
  }

  /**
   * Forces onto the disk what was written, whatever the settings say. Rejects with a temporary fault; what it was to force is
   * then not promised by another call either, since the system does not tell what became of it.
   */
  async flush(): Promise<void> {
    const { folder } = this.#settings
    const dirty = [...this.#dirty]
    if (dirty.length === 0) return
    this.#dirty.clear()
    try {
      for (const segment of dirty) await segment.sync()
      await this.#files.syncFolder(folder)
    } catch (error) {
      // The system may say the next time that all is well; so nothing more is added to what may be lost. Who is writing at
      // this moment must still find the segment where it was.
      this.hasSyncFailed = true
      throw spoolWriteFault(folder, error)
    }
  }

  /** Records up to number `last` need not be kept. */
  acknowledge(last: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, last)
  }

  /** Writes down how far all has come, and only then removes what is finished. One at a time. */
  removeFinished(always = false): Promise<void> {
    const removed = this.#removing.then(async () => {
      const { finished } = this
      if (finished.length === 0 && !always) return
      const [first] = this.#all.filter(segmentOfSpool => !finished.includes(segmentOfSpool))
      // Behind a segment that was damaged to its end nothing is left to be acknowledged.
      const acknowledged = Math.max(this.#acknowledged, (first ? first.name.first : this.#next) - 1)
      await this.#position?.write({ acknowledged, next: this.#next })
      this.#all = this.#all.filter(segmentOfSpool => !finished.includes(segmentOfSpool))
      for (const segment of finished) {
        this.#dirty.delete(segment)
        await segment.remove()
      }
    })
    this.#removing = removed.catch(() => {})
    return removed
  }

  /** Writes the position, and with `interval` the records, in a while. */
  scheduleFlush(): void {
    if (this.#timer || this.#isStopped) return
    this.#timer = setTimeout(async () => {
      this.#timer = undefined
      try {
        if (this.#settings.sync === 'interval') await this.flush()
        await this.removeFinished(true)
      } catch (error) {
        if (!this.#isStopped) this.#reportFault(spoolPositionFault(this.#settings.folder, error), false)
      }
    }, this.#settings.syncEvery)
    this.#timer.unref()
  }

  /** Nothing happens by itself any more. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  /** Once stopped, and once nobody writes any more. */
  async close(): Promise<void> {
    try {
      await this.flush()
      this.#active = undefined
      await this.removeFinished(true)
    } catch (error) {
      throw spoolPositionFault(this.#settings.folder, error)
    } finally {
      await Promise.allSettled([...this.#all, this.#position].map(file => file?.close()))
    }
  }
}

/** Records cannot be kept at this moment. */
export const spoolWriteFault = (folder: string, error: unknown): Fault =>
  error instanceof Fault
    ? error
    : new Fault('SFP_SPOOL_WRITE', { folder, reason: reasonOf(error) }, { cause: error, isTemporary: true })

/** How far all has come cannot be noted. */
export const spoolPositionFault = (folder: string, error: unknown): Fault =>
  error instanceof Fault ? error : new Fault('SFP_SPOOL_POSITION', { folder, reason: reasonOf(error) }, { cause: error })

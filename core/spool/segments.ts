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

/** A range of records of a chunk. */
export interface AppendPart {
  readonly chunk: SpooledChunk
  readonly from: number
  readonly to: number
}

/**
 * The files of an open spool: its segments, oldest first, and the position of the last acknowledged record. Only one caller
 * writes records at a time; syncs and removals may run concurrently.
 */
export class Segments {
  /** Whether a sync failed, so that the last segment must not grow any more. */
  hasSyncFailed = false
  /** Number of records written since the spool was opened. */
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

  /** Truncates a torn end and removes segments without waiting records. */
  async recover(inspectionOfSpool: SpoolInspection): Promise<void> {
    this.#ordinal = inspectionOfSpool.segments.at(-1)?.name.ordinal ?? 0
    this.#next = inspectionOfSpool.position.next
    this.#acknowledged = inspectionOfSpool.position.acknowledged
    this.#all = inspectionOfSpool.segments.map(inspection => Segment.fromInspection(this.#files, inspection))
    if (inspectionOfSpool.tornBytes > 0) await this.#all.at(-1)?.truncateTorn()
    // A killed process left unsynced bytes to the system; what is found now must also be found at the next start.
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

  /** Bytes on the disk, including acknowledged records that are not removed yet. */
  get bytes(): number {
    return this.#all.reduce((total, { size }) => total + size, 0)
  }

  /**
   * Segments that contain no waiting records and are not appended to. The last segment is removed only together with all others:
   * its name contains the end of the numbers of the segment before it, which may contain the remains of a failed append.
   */
  get finished(): readonly Segment[] {
    const finished = this.#all.filter(segmentOfSpool => segmentOfSpool !== this.#active && segmentOfSpool.waiting === 0)
    return finished.length === this.#all.length
      ? finished
      : finished.filter(segmentOfSpool => segmentOfSpool !== this.#all.at(-1))
  }

  /** Appends to the last segment, which must have room; appends everything or nothing. Rejects with a temporary fault. */
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

  /** Creates a new last segment. */
  async #createSegment(): Promise<Segment> {
    const name = { ordinal: ++this.#ordinal, first: this.#next, salt: randomInt(2 ** 32) }
    const segment = await Segment.create(this.#files, join(this.#settings.folder, segmentFileName(name)), name)
    this.#all.push(segment)
    this.#active = segment
    return segment
  }

  /**
   * Rolls back a failed write. After a failed sync the system may report the next sync as successful, so nothing is appended to
   * this segment any more: the numbers of its surplus frames are assigned again, in the next segment.
   */
  async #rollBack(segment: Segment | undefined): Promise<void> {
    if (!segment) return
    this.#active = undefined
    try {
      await segment.truncateTorn()
    } catch {
      // Surplus frames have numbers of the next segment, so readers skip them.
    }
    if (segment.size > 0) return
    this.#all = this.#all.filter(segmentOfSpool => segmentOfSpool !== segment)
    await segment.remove().catch(() => {})
  }

  /** Later appends go to a new segment. */
  async seal(): Promise<void> {
    if (this.#settings.sync === 'interval') await this.flush()
    this.#active = undefined
    this.hasSyncFailed = false
  }

  /**
   * Forces written records onto the disk, whatever the settings say. Rejects with a temporary fault; a later call does not
   * guarantee the records of a failed call either, since the system does not report what happened to them.
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
      // The system may report the next sync as successful, so nothing is appended after records that may be lost. The segment
      // stays active here, since a concurrent write may still use it.
      this.hasSyncFailed = true
      throw spoolWriteFault(folder, error)
    }
  }

  /** Records up to number `last` need not be retained. */
  acknowledge(last: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, last)
  }

  /** Writes the position, and then removes finished segments. The calls run one at a time. */
  removeFinished(always = false): Promise<void> {
    const removed = this.#removing.then(async () => {
      const { finished } = this
      if (finished.length === 0 && !always) return
      const [first] = this.#all.filter(segmentOfSpool => !finished.includes(segmentOfSpool))
      // If the segments before it were damaged to their end, none of their records is left to be acknowledged.
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

  /** Schedules a write of the position, and with `interval` a sync of the records. */
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

  /** Stops scheduled writes. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  /** Call after `stop`, when no write is pending any more. */
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

/** The fault for records that cannot be stored at present. */
export const spoolWriteFault = (folder: string, error: unknown): Fault =>
  error instanceof Fault
    ? error
    : new Fault('SFP_SPOOL_WRITE', { folder, reason: reasonOf(error) }, { cause: error, isTemporary: true })

/** The fault for a position that cannot be written. */
export const spoolPositionFault = (folder: string, error: unknown): Fault =>
  error instanceof Fault ? error : new Fault('SFP_SPOOL_POSITION', { folder, reason: reasonOf(error) }, { cause: error })

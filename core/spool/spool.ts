// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../errors/fault.js'
import { messageOf, reasonOf } from '../errors/reason.js'
import { AppendQueue } from './append-queue.js'
import { ConditionVariable } from './condition-variable.js'
import { FRAME_HEADER_BYTES, frameBytesOf } from './frames.js'
import { inspectSpool } from './inspect-spool.js'
import type { ReadLimits, Segment, SpoolRead } from './segment.js'
import { Segments, spoolPositionFault } from './segments.js'
import type { SpoolFiles } from './spool-files.js'
import { maxSegmentBytesOf, type SpoolSettings } from './spool-settings.js'
import type { SpooledChunk } from './spooled-chunk.js'

/**
 * Statistics since the spool was opened, except for the current state of waiting records. Found + appended = acknowledged +
 * dropped + lost while reading + waiting.
 */
export interface SpoolStatistics {
  readonly waiting: number
  readonly waitingBytes: number
  /** Bytes on the disk, including acknowledged records that are not removed yet. */
  readonly bytes: number
  readonly segments: number
  readonly found: number
  readonly appended: number
  readonly acknowledged: number
  /** Records dropped to make room. A chunk that is being delivered at that moment counts too, though it may still arrive. */
  readonly dropped: number
  /** Records that could not be read, found when the spool was opened or later. */
  readonly lost: number
  readonly damagedBytes: number
}

/**
 * A queue of encoded records in a folder. Records are appended to segment files and read in the same order; a segment is removed
 * when all its records are acknowledged. Appended records survive the end of the process, and with `always` also a crash of the
 * machine. Records that a crash or the disk has damaged are skipped, counted and reported. One process at a time owns the folder.
 */
export class Spool {
  readonly #files: SpoolFiles
  readonly #settings: SpoolSettings
  readonly #reportFault: (fault: Fault, lostData: boolean) => void
  readonly #stateChanged = new ConditionVariable()
  readonly #segments: Segments
  readonly #appendQueue: AppendQueue
  #release: (() => Promise<void>) | undefined
  /** Chunks that were read and not acknowledged. */
  readonly #unacknowledged: {
    readonly segment: Segment
    readonly last: number
    readonly records: number
    readonly bytes: number
  }[] = []
  #isClosed = false
  #counts = { found: 0, acknowledged: 0, lost: 0, damagedBytes: 0 }

  /** `reportFault`: called with faults that do not stop the spool: damage, loss, a full spool. */
  constructor(files: SpoolFiles, settings: SpoolSettings, reportFault: (fault: Fault, lostData: boolean) => void) {
    this.#files = files
    this.#settings = settings
    this.#reportFault = reportFault
    this.#segments = new Segments(files, settings, reportFault)
    this.#appendQueue = new AppendQueue(this.#segments, settings, this.#stateChanged, reportFault)
  }

  /** The largest accepted record, including its metadata. */
  get maxRecordBytes(): number {
    return maxSegmentBytesOf(this.#settings) - FRAME_HEADER_BYTES
  }

  /** Whether the spool accepts a record of a chunk. */
  fits(chunk: SpooledChunk, record: number): boolean {
    return frameBytesOf(chunk, record, record + 1) <= maxSegmentBytesOf(this.#settings)
  }

  /** Locks the folder and recovers its content. Rejects with a fault if that fails, or if another process owns the folder. */
  async open(): Promise<void> {
    const { folder } = this.#settings
    try {
      await this.#files.makeFolder(folder)
      this.#release = await this.#files.lock(folder)
      await this.#recover()
    } catch (error) {
      await this.#release?.()
      this.#release = undefined
      if (error instanceof Fault) throw error
      throw new Fault('SFP_SPOOL_OPEN', { folder, reason: reasonOf(error) }, { cause: error })
    }
  }

  async #recover(): Promise<void> {
    const { folder } = this.#settings
    const inspection = await inspectSpool(this.#files, folder)
    const { waiting, lost, damagedBytes } = inspection
    this.#counts = { found: waiting, acknowledged: 0, lost, damagedBytes }
    await this.#segments.recover(inspection)
    const bytes = damagedBytes + inspection.tornBytes
    if (lost > 0) this.#reportFault(new Fault('SFP_SPOOL_LOST', { folder, records: lost, bytes }), true)
    else if (bytes > 0) this.#reportFault(new Fault('SFP_SPOOL_CUT', { folder, bytes }, WARNING), false)
    if (inspection.isPositionLost && waiting > 0)
      this.#reportFault(new Fault('SFP_SPOOL_REPEATS', { folder, records: waiting }, WARNING), false)
  }

  /**
   * Appends the records of a chunk, each of which must fit ({@link fits}). Resolves to the number of records that are as safe as
   * the settings require; after a disk failure it may be smaller than the chunk, and counts its first records. Rejects with a
   * temporary fault if no record could be stored, and with the reason of `abort` if that fires while the call waits for room.
   */
  append(chunk: SpooledChunk, abort: AbortSignal): Promise<number> {
    return this.#appendQueue.append(chunk, abort)
  }

  /**
   * The next records; waits until there are some. Undefined once the spool is closed. Rejects if they cannot be read and when
   * `abort` fires.
   */
  async next(limits: ReadLimits, abort: AbortSignal): Promise<SpoolRead | undefined> {
    for (;;) {
      abort.throwIfAborted()
      const segment = this.#segments.all.find(({ unread }) => unread > 0)
      if (segment) {
        const read = await this.#read(segment, limits)
        if (read) return read
      } else if (this.#isClosed) return undefined
      else await this.#stateChanged.wait(abort)
    }
  }

  async #read(segment: Segment, limits: ReadLimits): Promise<SpoolRead | undefined> {
    const { folder } = this.#settings
    const before = { lost: segment.lost, damagedBytes: segment.damagedBytes }
    let read: SpoolRead | undefined
    try {
      read = await segment.read(limits)
    } catch (error) {
      if (this.#isRemoved(segment)) return undefined
      throw new Fault('SFP_SPOOL_READ', { folder, reason: messageOf(error) }, { cause: error, isTemporary: true })
    }
    const [records, bytes] = [segment.lost - before.lost, segment.damagedBytes - before.damagedBytes]
    if (records > 0) {
      this.#counts.lost += records
      this.#counts.damagedBytes += bytes
      this.#reportFault(new Fault('SFP_SPOOL_LOST', { folder, records, bytes }), true)
      this.#stateChanged.notifyAll()
    }
    if (!read || this.#isRemoved(segment)) return undefined
    this.#unacknowledged.push({ segment, last: read.last, records: read.chunk.length, bytes: read.chunk.bytes.length })
    return read
  }

  /** Whether the segment was dropped and its file closed during the read. */
  #isRemoved(segment: Segment): boolean {
    return !this.#segments.all.includes(segment)
  }

  /** Acknowledges records up to number `last`, the end of a chunk that was read. Resolves when they may be removed. */
  async acknowledge(last: number): Promise<void> {
    while ((this.#unacknowledged[0]?.last ?? Number.POSITIVE_INFINITY) <= last) {
      const chunk = this.#unacknowledged.shift()
      if (!chunk) break
      // The records of a discarded segment were counted as dropped.
      if (chunk.segment.isDiscarded) continue
      chunk.segment.waiting -= chunk.records
      chunk.segment.waitingBytes -= chunk.bytes
      this.#counts.acknowledged += chunk.records
    }
    this.#segments.acknowledge(last)
    if (this.#segments.finished.length > 0)
      await this.#segments
        .removeFinished()
        .catch(error => this.#reportFault(spoolPositionFault(this.#settings.folder, error), false))
    else this.#segments.scheduleFlush()
    this.#stateChanged.notifyAll()
  }

  /** Resolves when no record waits any more; rejects with the reason of `abort` as soon as it fires. */
  async whenEmpty(abort: AbortSignal): Promise<void> {
    while (this.statistics.waiting > 0) await this.#stateChanged.wait(abort)
  }

  /**
   * Forces appended records onto the disk, whatever the settings say. Rejects with a temporary fault; a later call does not
   * guarantee the records of a failed call either, since the system does not report what happened to them.
   */
  flush(): Promise<void> {
    return this.#segments.flush()
  }

  /** Number of waiting records that were not read yet. */
  get unread(): number {
    return this.#segments.all.reduce((total, { unread }) => total + unread, 0)
  }

  get statistics(): SpoolStatistics {
    const { all, bytes, appended } = this.#segments
    return {
      waiting: all.reduce((total, { waiting }) => total + waiting, 0),
      waitingBytes: all.reduce((total, { waitingBytes }) => total + waitingBytes, 0),
      bytes,
      segments: all.length,
      ...this.#counts,
      appended,
      dropped: this.#appendQueue.dropped,
    }
  }

  /** Waiting records stay for the next run. Pending appends are rejected. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#segments.stop()
    await this.#appendQueue.close()
    if (!this.#release) return
    try {
      await this.#segments.close()
    } finally {
      await this.#release()
    }
  }
}

const WARNING = { level: 'warning' } as const

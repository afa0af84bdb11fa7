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

/** Figures since the spool was opened, but for those of what waits. Records found + appended = acknowledged + dropped + lost while reading + waiting. */
export interface SpoolStatistics {
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

/**
 * A queue of encoded records in a folder. Records are appended to segment files and read in the same order; a segment whose
 * records are all acknowledged is removed. What was appended outlives the process, and with `always` also the machine. What a
 * crash or the disk has damaged is skipped, counted and told. One process at a time owns the folder.
 */
export class Spool {
  readonly #files: SpoolFiles
  readonly #settings: SpoolSettings
  readonly #reportFault: (fault: Fault, lostData: boolean) => void
  readonly #stateChanged = new ConditionVariable()
  readonly #segments: Segments
  readonly #appendQueue: AppendQueue
  #release: (() => Promise<void>) | undefined
  /** Pages that were read and not acknowledged. */
  readonly #unacknowledged: {
    readonly segment: Segment
    readonly last: number
    readonly records: number
    readonly bytes: number
  }[] = []
  #isClosed = false
  #counts = { found: 0, acknowledged: 0, lost: 0, damagedBytes: 0 }

  /** `tell` hears what does not stop the spool: damage, loss, fullness. */
  constructor(files: SpoolFiles, settings: SpoolSettings, reportFault: (fault: Fault, lostData: boolean) => void) {
    this.#files = files
    this.#settings = settings
    this.#reportFault = reportFault
    this.#segments = new Segments(files, settings, reportFault)
    this.#appendQueue = new AppendQueue(this.#segments, settings, this.#stateChanged, reportFault)
  }

  /** The largest record that is taken, with its metadata. */
  get maxRecordBytes(): number {
    return maxSegmentBytesOf(this.#settings) - FRAME_HEADER_BYTES
  }

  /** Whether a record of a chunk is taken. */
  fits(chunk: SpooledChunk, record: number): boolean {
    return frameBytesOf(chunk, record, record + 1) <= maxSegmentBytesOf(this.#settings)
  }

  /** Takes possession of the folder and finds what is in it. Rejects with a fault if it cannot, or if another process has it. */
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
   * Appends the records of a chunk, each of which {@link fits}. Resolves when they are as safe as the
   * settings ask for, with their number: less than all if the disk failed in between; they are then the first of the chunk. Rejects
   * with a temporary fault if none could be kept, and with the reason of `abort` if that fires while it waits for room.
   */
  append(chunk: SpooledChunk, abort: AbortSignal): Promise<number> {
    return this.#appendQueue.append(chunk, abort)
  }

  /** The next records; waits for some. Undefined once the spool is closed. Rejects if they cannot be read and when `abort` fires. */
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

  /** Whether it was given up while it was read, and its file closed. */
  #isRemoved(segment: Segment): boolean {
    return !this.#segments.all.includes(segment)
  }

  /** Records up to number `last`, the end of a page that was read, need not be kept. Resolves when they may be forgotten. */
  async acknowledge(last: number): Promise<void> {
    while ((this.#unacknowledged[0]?.last ?? Number.POSITIVE_INFINITY) <= last) {
      const chunk = this.#unacknowledged.shift()
      if (!chunk) break
      // It was counted as dropped.
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

  /** Resolves when nothing waits any more; rejects with the reason of `abort` as soon as it fires. */
  async whenEmpty(abort: AbortSignal): Promise<void> {
    while (this.statistics.waiting > 0) await this.#stateChanged.wait(abort)
  }

  /**
   * Forces onto the disk what was appended, whatever the settings say. Rejects with a temporary fault; what it was to force is
   * then not promised by another call either, since the system does not tell what became of it.
   */
  flush(): Promise<void> {
    return this.#segments.flush()
  }

  /** Records that wait and were not read yet. */
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

  /** Keeps what waits for the next time. What has not been appended is rejected. Safe to call twice. */
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

// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../errors/fault.js'
import type { ConditionVariable } from './condition-variable.js'
import { frameBytesOf } from './frames.js'
import { type AppendPart, type Segments, spoolWriteFault } from './segments.js'
import { maxSegmentBytesOf, type SpoolSettings } from './spool-settings.js'
import type { SpooledChunk } from './spooled-chunk.js'

interface AppendRequest extends AppendPart {
  readonly bytes: number
  readonly abort: AbortSignal
  resolve(): void
  reject(error: unknown): void
}

/** The queue of append requests of a spool: writes requests in order, several in one write, and makes room for them. */
export class AppendQueue {
  /** Number of records that were dropped to make room. */
  dropped = 0
  readonly #segments: Segments
  readonly #settings: SpoolSettings
  readonly #stateChanged: ConditionVariable
  readonly #reportFault: (fault: Fault, lostData: boolean) => void
  readonly #maxSegmentBytes: number
  readonly #queue: AppendRequest[] = []
  #draining: Promise<void> | undefined
  #isClosed = false
  #isFull = false
  /** Number of dropped records that were not reported yet. */
  #unreportedDrops = 0
  #reportNotBefore = 0

  /** `stateChanged`: notified when room may have become free. */
  constructor(
    segments: Segments,
    settings: SpoolSettings,
    stateChanged: ConditionVariable,
    reportFault: (fault: Fault, lostData: boolean) => void,
  ) {
    this.#segments = segments
    this.#settings = settings
    this.#stateChanged = stateChanged
    this.#reportFault = reportFault
    this.#maxSegmentBytes = maxSegmentBytesOf(settings)
  }

  /** See `Spool.append`. */
  async append(chunk: SpooledChunk, abort: AbortSignal): Promise<number> {
    let from = 0
    while (from < chunk.length) {
      const to = this.#partEnd(chunk, from)
      try {
        await this.#enqueue(chunk, from, to, abort)
      } catch (error) {
        if (from > 0 && error instanceof Fault) return from
        throw error
      }
      from = to
    }
    return chunk.length
  }

  /** Rejects requests that wait for room. Resolves when no write is pending any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#stateChanged.notifyAll()
    await this.#draining
    this.#reportDropped()
  }

  /** The index after the last record that fits into one segment together with record `from`. */
  #partEnd(chunk: SpooledChunk, from: number): number {
    let to = from + 1
    let bytes = frameBytesOf(chunk, from, to)
    for (; to < chunk.length; to++) {
      bytes += frameBytesOf(chunk, to, to + 1)
      if (bytes > this.#maxSegmentBytes) break
    }
    return to
  }

  #enqueue(chunk: SpooledChunk, from: number, to: number, abort: AbortSignal): Promise<void> {
    const bytes = frameBytesOf(chunk, from, to)
    if (bytes > this.#maxSegmentBytes) return Promise.reject(new RangeError('a record is larger than a segment'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ chunk, from, to, bytes, abort, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  /** Writes the queued requests, several at a time if they arrive faster than the disk writes. */
  async #drain(): Promise<void> {
    for (let firstRequest = this.#queue.shift(); firstRequest; firstRequest = this.#queue.shift()) {
      const group = [firstRequest]
      try {
        await this.#makeRoom(firstRequest)
        let bytes = firstRequest.bytes
        for (
          let nextRequest = this.#queue[0];
          nextRequest && this.#hasRoom(bytes + nextRequest.bytes);
          nextRequest = this.#queue[0]
        ) {
          this.#queue.shift()
          group.push(nextRequest)
          bytes += nextRequest.bytes
        }
        await this.#segments.write(group)
        for (const { resolve } of group) resolve()
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
      this.#stateChanged.notifyAll()
    }
    // Runs synchronously after the queue was found empty, so that no request waits for a loop that has ended.
    this.#draining = undefined
  }

  /** Whether so many bytes can be appended to the last segment. */
  #hasRoom(bytes: number): boolean {
    const { active, bytes: usedBytes } = this.#segments
    return (active?.size ?? 0) + bytes <= this.#maxSegmentBytes && usedBytes + bytes <= this.#settings.bytes
  }

  async #makeRoom({ bytes, abort }: AppendRequest): Promise<void> {
    const { folder, whenFull } = this.#settings
    const segments = this.#segments
    while (segments.bytes > 0 && segments.bytes + bytes > this.#settings.bytes) {
      if (this.#isClosed) throw closedError()
      abort.throwIfAborted()
      if (segments.active?.waiting === 0) await segments.seal()
      if (segments.finished.length > 0) {
        await this.#removeFinished()
        continue
      }
      if (!this.#isFull)
        this.#reportFault(new Fault('SFP_SPOOL_FULL', { folder, bytes: this.#settings.bytes, whenFull }, WARNING), false)
      this.#isFull = true
      if (whenFull === 'drop-oldest') await this.#dropOldest()
      else await this.#stateChanged.wait(abort)
    }
    if (this.#isClosed) throw closedError()
    abort.throwIfAborted()
    if (segments.bytes + bytes < this.#settings.bytes / 2) this.#isFull = false
    const size = segments.active?.size ?? 0
    if ((size > 0 && size + bytes > this.#maxSegmentBytes) || segments.hasSyncFailed) await segments.seal()
  }

  async #dropOldest(): Promise<void> {
    const [oldest] = this.#segments.all
    if (!oldest) return
    if (oldest === this.#segments.active) await this.#segments.seal()
    const records = oldest.waiting
    this.dropped += records
    this.#segments.acknowledge(oldest.last)
    oldest.discard()
    this.#unreportedDrops += records
    if (performance.now() >= this.#reportNotBefore) this.#reportDropped()
    await this.#removeFinished()
  }

  #reportDropped(): void {
    if (this.#unreportedDrops === 0) return
    this.#reportFault(new Fault('SFP_SPOOL_DROPPED', { folder: this.#settings.folder, records: this.#unreportedDrops }), true)
    this.#unreportedDrops = 0
    this.#reportNotBefore = performance.now() + REPORT_INTERVAL_MILLISECONDS
  }

  #removeFinished(): Promise<void> {
    return this.#segments.removeFinished().catch(error => {
      throw spoolWriteFault(this.#settings.folder, error)
    })
  }
}

/** Milliseconds between two reports of dropped records, which are summed up, since dropping may go on for days. */
const REPORT_INTERVAL_MILLISECONDS = 60_000
const WARNING = { level: 'warning' } as const

const closedError = (): Error => new Error('the spool is closed')

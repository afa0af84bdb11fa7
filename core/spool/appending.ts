// SPDX-License-Identifier: Apache-2.0
import type { Page } from '../contract/exporter.js'
import { Fault } from '../errors/fault.js'
import type { Condition } from './condition.js'
import { HEAD_BYTES } from './frame.js'
import { type Part, type Segments, unwritten } from './segments.js'
import { largestSegment, type SpoolSettings } from './settings.js'

interface Request extends Part {
  readonly bytes: number
  readonly abort: AbortSignal
  resolve(): void
  reject(error: unknown): void
}

/** What is appended to a spool: the requests in their order, several in one write, and room for them. */
export class Appending {
  /** Records that were given up to make room. */
  dropped = 0
  readonly #segments: Segments
  readonly #settings: SpoolSettings
  readonly #changed: Condition
  readonly #tell: (fault: Fault, lostData: boolean) => void
  readonly #segmentBytes: number
  readonly #queue: Request[] = []
  #working: Promise<void> | undefined
  #isClosed = false
  #isFull = false
  /** Records that were given up and not told of yet. */
  #untold = 0
  #tellNotBefore = 0

  /** `changed`: what waits for room waits for this. */
  constructor(segments: Segments, settings: SpoolSettings, changed: Condition, tell: (fault: Fault, lostData: boolean) => void) {
    this.#segments = segments
    this.#settings = settings
    this.#changed = changed
    this.#tell = tell
    this.#segmentBytes = largestSegment(settings)
  }

  /** See `Spool.append`. */
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

  /** What waits for room is rejected. Resolves when nothing is being written any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#changed.change()
    await this.#working
    this.#tellDropped()
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
        await this.#segments.write(group)
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
    const { active, bytes: held } = this.#segments
    return (active?.size ?? 0) + bytes <= this.#segmentBytes && held + bytes <= this.#settings.bytes
  }

  async #makeRoom({ bytes, abort }: Request): Promise<void> {
    const { folder, whenFull } = this.#settings
    const segments = this.#segments
    while (segments.bytes > 0 && segments.bytes + bytes > this.#settings.bytes) {
      if (this.#isClosed) throw closed()
      abort.throwIfAborted()
      if (segments.active?.waiting === 0) await segments.seal()
      if (segments.finished.length > 0) {
        await this.#tidy()
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
    if (segments.bytes + bytes < this.#settings.bytes / 2) this.#isFull = false
    const size = segments.active?.size ?? 0
    if ((size > 0 && size + bytes > this.#segmentBytes) || segments.isSpoiled) await segments.seal()
  }

  async #dropOldest(): Promise<void> {
    const [oldest] = this.#segments.all
    if (!oldest) return
    if (oldest === this.#segments.active) await this.#segments.seal()
    const records = oldest.waiting
    this.dropped += records
    this.#segments.acknowledge(oldest.last)
    oldest.giveUp()
    this.#untold += records
    if (performance.now() >= this.#tellNotBefore) this.#tellDropped()
    await this.#tidy()
  }

  #tellDropped(): void {
    if (this.#untold === 0) return
    this.#tell(new Fault('SFP_SPOOL_DROPPED', { folder: this.#settings.folder, records: this.#untold }), true)
    this.#untold = 0
    this.#tellNotBefore = performance.now() + BETWEEN_TELLINGS
  }

  #tidy(): Promise<void> {
    return this.#segments.tidy().catch(error => {
      throw unwritten(this.#settings.folder, error)
    })
  }
}

/** Milliseconds in which what is given up is added up and then told once: it may go on for days. */
const BETWEEN_TELLINGS = 60_000
const WARNING = { level: 'warning' } as const

const closed = (): Error => new Error('the spool is closed')

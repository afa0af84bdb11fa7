// SPDX-License-Identifier: Apache-2.0
import type { Page } from '../contract/exporter.js'
import type { SpoolFile, SpoolFiles } from './files.js'
import { type Extent, type Frame, HEAD_BYTES, scan, wholeFrames } from './frame.js'
import type { SegmentName } from './segment-name.js'
import type { SegmentSurvey } from './survey.js'

/** At most this much is read at once, unless one record alone is larger. */
export interface Limits {
  readonly records: number
  readonly bytes: number
}

/** Records of one segment, in order. */
export interface Read {
  readonly page: Page
  readonly last: number
}

/** One file of a spool, while the spool is open. */
export class Segment {
  readonly name: SegmentName
  readonly path: string
  /** Bytes that count. */
  size: number
  /** Records that are not acknowledged, read or not, and their bytes. */
  waiting: number
  waitingBytes: number
  /** Records that were not read yet. */
  unread: number
  /** Number of its last record. */
  last: number
  /** Records that turned out damaged when they were read. */
  lost = 0
  damagedBytes = 0
  /** Whether nothing of it is wanted any more, though it was not acknowledged. */
  isGivenUp = false
  readonly #files: SpoolFiles
  #file: Promise<SpoolFile> | undefined
  #extents: Extent[]
  #at: number
  #unreadBytes: number

  private constructor(files: SpoolFiles, facts: Pick<SegmentSurvey, 'name' | 'path' | 'extents' | 'begin' | 'last'>) {
    this.#files = files
    this.name = facts.name
    this.path = facts.path
    this.last = facts.last
    this.#extents = [...facts.extents]
    this.#at = facts.begin
    this.size = this.waiting = this.waitingBytes = this.unread = this.#unreadBytes = 0
  }

  static found(files: SpoolFiles, facts: SegmentSurvey): Segment {
    const segment = new Segment(files, facts)
    segment.size = facts.bytes - facts.tornBytes
    segment.waiting = segment.unread = facts.waiting
    segment.waitingBytes = segment.#unreadBytes = facts.waitingBytes
    return segment
  }

  /** Rejects if the file cannot be made. */
  static async made(files: SpoolFiles, path: string, name: SegmentName): Promise<Segment> {
    const segment = new Segment(files, { name, path, extents: [{ start: 0, end: 0 }], begin: 0, last: name.first - 1 })
    const file = await files.open(path, 'new')
    segment.#file = Promise.resolve(file)
    return segment
  }

  /** Nothing of it counts before {@link grown}. */
  async write(frames: Uint8Array, behind: number): Promise<void> {
    await (await this.#opened()).write(frames, this.size + behind)
  }

  async sync(): Promise<void> {
    await (await this.#opened()).sync()
  }

  /** What was written behind the size counts from now on. */
  grown(bytes: number, records: number): void {
    this.size += bytes
    this.last += records
    this.waiting += records
    this.unread += records
    this.waitingBytes += bytes - records * HEAD_BYTES
    this.#unreadBytes += bytes - records * HEAD_BYTES
    this.#extents = [...this.#extents.slice(0, -1), { start: this.#extents.at(-1)?.start ?? 0, end: this.size }]
  }

  /** Cuts off what does not count. */
  async cut(): Promise<void> {
    await (await this.#opened()).truncate(this.size)
  }

  /** The next records; undefined if nothing is left to be read. What turns out damaged is counted and skipped. */
  async read(limits: Limits): Promise<Read | undefined> {
    while (this.unread > 0) {
      const extent = this.#extents.find(({ end }) => end > this.#at)
      if (!extent) return undefined
      this.#at = Math.max(this.#at, extent.start)
      const frames = await this.#framesAt(extent.end, limits)
      if (frames) return frames
      await this.#lookAgain()
    }
    return undefined
  }

  /** Undefined if the next frame is damaged. */
  async #framesAt(end: number, { records, bytes }: Limits): Promise<Read | undefined> {
    const part = await this.#part(Math.min(end, this.#at + Math.max(bytes, HEAD_BYTES)))
    let found = wholeFrames(part, this.name.salt, records)
    let read = part
    if (found.frames.length === 0 && found.needed > part.length && this.#at + found.needed <= end) {
      read = await this.#part(this.#at + found.needed)
      found = wholeFrames(read, this.name.salt, 1)
    }
    const last = found.frames.at(-1)
    if (!last) return undefined
    this.#at += last.end
    const page = pageOf(read, found.frames)
    this.unread -= page.length
    this.#unreadBytes -= page.bytes.length
    return { page, last: last.sequence }
  }

  async #part(end: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(end - this.#at)
    return bytes.subarray(0, await (await this.#opened()).read(bytes, this.#at))
  }

  /** What was whole when it was written, or found, is so no more. */
  async #lookAgain(): Promise<void> {
    const from = this.#at
    const rest = await this.#part(this.size)
    const { frames, extents } = scan(rest, this.name.salt, { first: this.name.first, below: this.last + 1 })
    this.#extents = extents.map(({ start, end }) => ({ start: from + start, end: from + end }))
    this.#at = this.#extents[0]?.start ?? this.size
    const gone = this.unread - frames.length
    this.lost += gone
    this.damagedBytes += this.size - from - extents.reduce((sum, { start, end }) => sum + end - start, 0)
    this.waiting -= gone
    this.unread = frames.length
    const left = frames.reduce((sum, { start, end }) => sum + end - start, 0)
    this.waitingBytes -= this.#unreadBytes - left
    this.#unreadBytes = left
    // Records that follow are written behind all this.
    if (this.#extents.at(-1)?.end !== this.size) this.#extents.push({ start: this.size, end: this.size })
  }

  giveUp(): void {
    this.isGivenUp = true
    this.waiting = this.waitingBytes = this.unread = this.#unreadBytes = 0
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await (await file)?.close()
  }

  async remove(): Promise<void> {
    await this.close()
    await this.#files.remove(this.path)
  }

  #opened(): Promise<SpoolFile> {
    this.#file ??= this.#files.open(this.path, 'edit').catch(error => {
      this.#file = undefined
      throw error
    })
    return this.#file
  }
}

function pageOf(bytes: Uint8Array, frames: readonly Frame[]): Page {
  let end = 0
  const ends = Uint32Array.from(frames, frame => {
    end += frame.end - frame.start
    return end
  })
  const records = Buffer.allocUnsafe(end)
  frames.forEach(({ start, end: stop }, index) => {
    records.set(bytes.subarray(start, stop), ends[index - 1] ?? 0)
  })
  return { bytes: records, length: frames.length, ends }
}

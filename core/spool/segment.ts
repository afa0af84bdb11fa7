// SPDX-License-Identifier: Apache-2.0
import { type Extent, FRAME_HEADER_BYTES, type Frame, framedRecord, readWholeFrames, scanFrames } from './frames.js'
import type { SegmentInspection } from './inspect-spool.js'
import type { SegmentName } from './segment-name.js'
import type { SpoolFile, SpoolFiles } from './spool-files.js'
import { joinFramedRecords, type SpooledChunk } from './spooled-chunk.js'

/** Limits of one read; a single record may exceed them. */
export interface ReadLimits {
  readonly records: number
  readonly bytes: number
}

/** Consecutive records of one segment. */
export interface SpoolRead {
  readonly chunk: SpooledChunk
  readonly last: number
}

/** One file of an open spool. */
export class Segment {
  readonly name: SegmentName
  readonly path: string
  /** Size of the valid content in bytes. */
  size: number
  /** Number of records that are not acknowledged, read or not, and their bytes. */
  waiting: number
  waitingBytes: number
  /** Number of records that were not read yet. */
  unread: number
  /** Number of the last record of the segment. */
  last: number
  /** Number of records that were damaged when they were read. */
  lost = 0
  damagedBytes = 0
  /** Whether the records of the segment were dropped before they were acknowledged. */
  isDiscarded = false
  readonly #files: SpoolFiles
  #file: Promise<SpoolFile> | undefined
  #extents: Extent[]
  #readOffset: number
  #unreadBytes: number

  private constructor(files: SpoolFiles, inspection: Pick<SegmentInspection, 'name' | 'path' | 'extents' | 'begin' | 'last'>) {
    this.#files = files
    this.name = inspection.name
    this.path = inspection.path
    this.last = inspection.last
    this.#extents = [...inspection.extents]
    this.#readOffset = inspection.begin
    this.size = this.waiting = this.waitingBytes = this.unread = this.#unreadBytes = 0
  }

  static fromInspection(files: SpoolFiles, inspection: SegmentInspection): Segment {
    const segment = new Segment(files, inspection)
    segment.size = inspection.bytes - inspection.tornBytes
    segment.waiting = segment.unread = inspection.waiting
    segment.waitingBytes = segment.#unreadBytes = inspection.waitingBytes
    return segment
  }

  /** Rejects if the file cannot be created. */
  static async create(files: SpoolFiles, path: string, name: SegmentName): Promise<Segment> {
    const segment = new Segment(files, { name, path, extents: [{ start: 0, end: 0 }], begin: 0, last: name.first - 1 })
    const file = await files.open(path, 'new')
    segment.#file = Promise.resolve(file)
    return segment
  }

  /** Writes frames after the valid content. They become valid with {@link noteWritten}. */
  async write(frames: Uint8Array, offset: number): Promise<void> {
    await (await this.#openFile()).write(frames, this.size + offset)
  }

  async sync(): Promise<void> {
    await (await this.#openFile()).sync()
  }

  /** Makes the frames written after the valid content valid. `recordBytes`: size without frames and metadata. */
  noteWritten(bytes: number, records: number, recordBytes: number): void {
    this.size += bytes
    this.last += records
    this.waiting += records
    this.unread += records
    this.waitingBytes += recordBytes
    this.#unreadBytes += recordBytes
    this.#extents = [...this.#extents.slice(0, -1), { start: this.#extents.at(-1)?.start ?? 0, end: this.size }]
  }

  /** Removes bytes after the valid content. */
  async truncateTorn(): Promise<void> {
    await (await this.#openFile()).truncate(this.size)
  }

  /** The next records; undefined if none is left. Damaged records are counted and skipped. */
  async read(limits: ReadLimits): Promise<SpoolRead | undefined> {
    while (this.unread > 0) {
      const extent = this.#extents.find(({ end }) => end > this.#readOffset)
      if (!extent) return undefined
      this.#readOffset = Math.max(this.#readOffset, extent.start)
      const frames = await this.#readFrames(extent.end, limits)
      if (frames) return frames
      await this.#rescan()
    }
    return undefined
  }

  /** Undefined if the next frame is damaged. */
  async #readFrames(end: number, { records, bytes }: ReadLimits): Promise<SpoolRead | undefined> {
    const readPart = await this.#readBytes(Math.min(end, this.#readOffset + Math.max(bytes, FRAME_HEADER_BYTES)))
    let found = readWholeFrames(readPart, this.name.salt, records)
    let readBytes = readPart
    if (found.frames.length === 0 && found.needed > readPart.length && this.#readOffset + found.needed <= end) {
      readBytes = await this.#readBytes(this.#readOffset + found.needed)
      found = readWholeFrames(readBytes, this.name.salt, 1)
    }
    const frames = sameFraming(found.frames)
    const last = frames.at(-1)
    if (!last) return undefined
    this.#readOffset += last.end
    const chunk = joinFramedRecords(frames.map(frame => framedRecord(readBytes, frame)))
    this.unread -= chunk.length
    this.#unreadBytes -= chunk.bytes.length
    return { chunk, last: last.sequence }
  }

  async #readBytes(end: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(end - this.#readOffset)
    return bytes.subarray(0, await (await this.#openFile()).read(bytes, this.#readOffset))
  }

  /** Scans the rest of the segment again after a frame was damaged since it was written or found. */
  async #rescan(): Promise<void> {
    const from = this.#readOffset
    const rest = await this.#readBytes(this.size)
    const { frames, extents } = scanFrames(rest, this.name.salt, { first: this.name.first, below: this.last + 1 })
    this.#extents = extents.map(({ start, end }) => ({ start: from + start, end: from + end }))
    this.#readOffset = this.#extents[0]?.start ?? this.size
    const lostRecords = this.unread - frames.length
    this.lost += lostRecords
    this.damagedBytes += this.size - from - extents.reduce((sum, { start, end }) => sum + end - start, 0)
    this.waiting -= lostRecords
    this.unread = frames.length
    const remainingBytes = frames.reduce((sum, { start, end }) => sum + end - start, 0)
    this.waitingBytes -= this.#unreadBytes - remainingBytes
    this.#unreadBytes = remainingBytes
    // Later records are written after the scanned content.
    if (this.#extents.at(-1)?.end !== this.size) this.#extents.push({ start: this.size, end: this.size })
  }

  discard(): void {
    this.isDiscarded = true
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

  #openFile(): Promise<SpoolFile> {
    this.#file ??= this.#files.open(this.path, 'edit').catch(error => {
      this.#file = undefined
      throw error
    })
    return this.#file
  }
}

/** The first frames that share the framing of the first one: a chunk has only one framing. */
function sameFraming(frames: readonly Frame[]): readonly Frame[] {
  const end = frames.findIndex(({ framing }) => framing !== frames[0]?.framing)
  return end < 0 ? frames : frames.slice(0, end)
}

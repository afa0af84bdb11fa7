// SPDX-License-Identifier: Apache-2.0
import type { ChunkMeta, Framing } from '../contract/exporter.js'
import { crc32c } from './crc32c.js'
import { decodeRecordMeta, encodeRecordMeta, NO_META, recordMetaAt } from './record-meta.js'
import type { FramedRecord, SpooledChunk } from './spooled-chunk.js'

/**
 * The format of a record in a segment. All numbers are little-endian:
 *
 *     0   4  magic number: f5 53 46, and the version of the format, 2
 *     4   4  length of the body in bytes, in the lower 30 bits; bit 31: the body begins with metadata, bit 30: framing `raw`
 *     8   8  sequence number, from 1 on
 *    16   4  number of preceding records in the same sync group: all records of a group are guaranteed, or none
 *    20   4  CRC-32C over the salt of the segment and bytes 4 to 19
 *    24   4  CRC-32C over the salt, bytes 4 to 23 and the body
 *    28      the body: the length of the metadata in 32 bits and the metadata (`record-meta.ts`), if there is any; the record
 *
 * In frames of version 1 the body is the record alone. They are still read, and are written where such records are copied.
 *
 * The header has a checksum of its own: a length is used only if the header is intact, so that the search for the next frame
 * after a damaged one never takes longer than one scan of the segment. The salt is a random number in the name of the segment:
 * old content of the same disk blocks, or a frame imitated by a record, is not accepted as a frame.
 */
export const FRAME_HEADER_BYTES = 28

/** The beginning of all frames. Its first byte does not occur in UTF-8, so no text record contains it. */
const FRAME_MAGIC = Uint8Array.of(0xf5, 0x53, 0x46)
const FRAME_MAGIC_NUMBERS = { 1: 0x014653f5, 2: 0x024653f5 } as const
const HAS_META = 0x8000_0000
const IS_RAW = 0x4000_0000
const LENGTH_MASK = 0x3fff_ffff
const META_LENGTH_BYTES = 4

const TWO_TO_THE_32 = 2 ** 32

/** Records `from` (inclusive) to `to` (exclusive) of a chunk, and the sequence number of the first. */
export interface FramePart {
  readonly chunk: SpooledChunk
  readonly from: number
  readonly to: number
  readonly sequence: number
}

/** Number of bytes that records take in a segment. */
export function frameBytesOf({ ends, meta }: SpooledChunk, from: number, to: number): number {
  let bytes = (ends[to - 1] ?? 0) - (ends[from - 1] ?? 0) + (to - from) * FRAME_HEADER_BYTES
  if (meta) for (let record = from; record < to; record++) bytes += metaBlockOf(meta, record).length
  return bytes
}

/**
 * Encodes records as frames. `groupFirst`: number of the first record in the same sync group; undefined if each record is
 * guaranteed by itself.
 */
export function encodeFrames(part: FramePart, groupFirst: number | undefined, salt: number): Uint8Array {
  const { chunk, from, to, sequence } = part
  const { bytes, ends, meta, framing, version1 } = chunk
  const frames = Buffer.allocUnsafe(frameBytesOf(chunk, from, to))
  const checksumSeed = saltChecksum(salt)
  let at = 0
  for (let record = from; record < to; record++) {
    const [first, end] = [ends[record - 1] ?? 0, ends[record] ?? 0]
    const number = sequence + record - from
    const metaBlock = meta ? metaBlockOf(meta, record) : NO_META_BLOCK
    const flags = (metaBlock.length > 0 ? HAS_META : 0) + (framing === 'raw' ? IS_RAW : 0)
    frames.writeUInt32LE(FRAME_MAGIC_NUMBERS[version1?.has(record) ? 1 : 2], at)
    frames.writeUInt32LE(metaBlock.length + end - first + flags, at + 4)
    frames.writeUInt32LE(number % TWO_TO_THE_32, at + 8)
    frames.writeUInt32LE(Math.floor(number / TWO_TO_THE_32), at + 12)
    frames.writeUInt32LE(number - (groupFirst ?? number), at + 16)
    frames.writeUInt32LE(crc32c(frames, at + 4, at + 20, checksumSeed), at + 20)
    frames.set(metaBlock, at + FRAME_HEADER_BYTES)
    frames.set(bytes.subarray(first, end), at + FRAME_HEADER_BYTES + metaBlock.length)
    const next = at + FRAME_HEADER_BYTES + metaBlock.length + end - first
    frames.writeUInt32LE(bodyChecksum(frames, at, next, checksumSeed), at + 24)
    at = next
  }
  return frames
}

/** Metadata of a record, preceded by its length; empty if there is none. */
function metaBlockOf(meta: ChunkMeta, record: number): Uint8Array {
  const content = encodeRecordMeta(recordMetaAt(meta, record))
  if (content.length === 0) return NO_META_BLOCK
  const block = Buffer.allocUnsafe(META_LENGTH_BYTES + content.length)
  block.writeUInt32LE(content.length)
  block.set(content, META_LENGTH_BYTES)
  return block
}

const NO_META_BLOCK = new Uint8Array(0)

/** One complete, undamaged frame. */
export interface Frame {
  readonly sequence: number
  /** Number of the first record in the same sync group. */
  readonly groupFirst: number
  /** Offset of the frame. */
  readonly at: number
  /** Offset of the record, and the end of both record and frame. */
  readonly start: number
  readonly end: number
  readonly framing: Framing
  readonly version: 1 | 2
}

/** The record of a frame, and its metadata. */
export function framedRecord(bytes: Uint8Array, { at, start, end, framing, version }: Frame): FramedRecord {
  const metaStart = at + FRAME_HEADER_BYTES + META_LENGTH_BYTES
  const meta = metaStart > start ? undefined : decodeRecordMeta(bytes.subarray(metaStart, start))
  return { record: bytes.subarray(start, end), meta: meta ?? NO_META, framing, isVersion1: version === 1 }
}

/** A range of frames without damage between them; offsets in the segment. */
export interface Extent {
  readonly start: number
  readonly end: number
}

/** The frames in the bytes of a segment. */
export interface ScannedFrames {
  readonly frames: readonly Frame[]
  readonly extents: readonly Extent[]
}

/** The sequence numbers that a segment may contain: from `first` (inclusive) to `below` (exclusive), ascending. */
export interface SequenceRange {
  readonly first: number
  readonly below: number
}

/**
 * Finds all whole frames, in order. Other bytes are skipped up to the next frame. A frame whose number does not ascend is skipped
 * too, so that a part of the file that was written twice counts once. Terminates, since every step moves forward.
 */
export function scanFrames(bytes: Uint8Array, salt: number, { first, below }: SequenceRange): ScannedFrames {
  const frames: Frame[] = []
  const extents: { start: number; end: number }[] = []
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const checksumSeed = saltChecksum(salt)
  let expected = first
  for (let at = 0; at + FRAME_HEADER_BYTES <= buffer.length; ) {
    const header = headerAt(buffer, at, checksumSeed)
    const frame = header && wholeFrame(buffer, header, checksumSeed)
    if (frame && frame.sequence >= expected && frame.sequence < below) {
      frames.push(frame)
      expected = frame.sequence + 1
      const last = extents.at(-1)
      if (last?.end === at) last.end = frame.end
      else extents.push({ start: at, end: frame.end })
      at = frame.end
      continue
    }
    // A whole frame with a wrong number, or one with a damaged body: the next frame begins after it.
    if (header && (frame || header.end === buffer.length || headerAt(buffer, header.end, checksumSeed))) at = header.end
    else at = nextMagic(buffer, at + 1)
  }
  return { frames, extents }
}

/** Whole frames from the first byte on, at most `maxFrames`, and the number of bytes needed to read the frame after them. */
export function readWholeFrames(
  bytes: Uint8Array,
  salt: number,
  maxFrames: number,
): { frames: readonly Frame[]; needed: number } {
  const frames: Frame[] = []
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const checksumSeed = saltChecksum(salt)
  let at = 0
  while (frames.length < maxFrames) {
    const header = headerAt(buffer, at, checksumSeed)
    if (!header) break
    if (header.end > buffer.length) return { frames, needed: header.end }
    const frame = wholeFrame(buffer, header, checksumSeed)
    if (!frame) break
    frames.push(frame)
    at = frame.end
  }
  return { frames, needed: at }
}

/** A frame of which only the header was read. */
type FrameHeader = Omit<Frame, 'start'> & { readonly hasMeta: boolean }

/** The frame at `at`, if its header is intact; the body is not checked. */
function headerAt(buffer: Buffer, at: number, checksumSeed: number): FrameHeader | undefined {
  if (at + FRAME_HEADER_BYTES > buffer.length) return undefined
  const mark = buffer.readUInt32LE(at)
  if (mark !== FRAME_MAGIC_NUMBERS[1] && mark !== FRAME_MAGIC_NUMBERS[2]) return undefined
  if (buffer.readUInt32LE(at + 20) !== crc32c(buffer, at + 4, at + 20, checksumSeed)) return undefined
  const sequence = buffer.readUInt32LE(at + 12) * TWO_TO_THE_32 + buffer.readUInt32LE(at + 8)
  const groupFirst = sequence - buffer.readUInt32LE(at + 16)
  const size = buffer.readUInt32LE(at + 4)
  const start = at + FRAME_HEADER_BYTES
  if (mark === FRAME_MAGIC_NUMBERS[1])
    return { sequence, groupFirst, at, end: start + size, framing: 'lines', version: 1, hasMeta: false }
  const framing = (size & IS_RAW) === 0 ? 'lines' : 'raw'
  return { sequence, groupFirst, at, end: start + (size & LENGTH_MASK), framing, version: 2, hasMeta: size >= HAS_META }
}

/** Undefined if the body is incomplete or damaged. */
function wholeFrame(buffer: Buffer, { hasMeta, ...frame }: FrameHeader, checksumSeed: number): Frame | undefined {
  const { at, end } = frame
  if (end > buffer.length || buffer.readUInt32LE(at + 24) !== bodyChecksum(buffer, at, end, checksumSeed)) return undefined
  const bodyStart = at + FRAME_HEADER_BYTES
  if (!hasMeta) return { ...frame, start: bodyStart }
  if (bodyStart + META_LENGTH_BYTES > end) return undefined
  const start = bodyStart + META_LENGTH_BYTES + buffer.readUInt32LE(bodyStart)
  return start > end ? undefined : { ...frame, start }
}

const bodyChecksum = (buffer: Buffer, at: number, end: number, checksumSeed: number): number =>
  crc32c(buffer, at + FRAME_HEADER_BYTES, end, crc32c(buffer, at + 4, at + 24, checksumSeed))

function nextMagic(buffer: Buffer, from: number): number {
  const found = buffer.indexOf(FRAME_MAGIC, from)
  return found < 0 ? buffer.length : found
}

function saltChecksum(salt: number): number {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32LE(salt)
  return crc32c(bytes)
}

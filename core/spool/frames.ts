// SPDX-License-Identifier: Apache-2.0
import type { Chunk } from '../contract/exporter.js'
import { crc32c } from './crc32c.js'

/**
 * How a record lies in a segment. All numbers are little-endian:
 *
 *     0   4  mark, the same in every frame
 *     4   4  length of the record in bytes
 *     8   8  sequence number, from 1 on
 *    16   4  how many records before it were forced onto the disk together with it: all or none of them are promised
 *    20   4  CRC-32C over the salt of the segment and bytes 4 to 19
 *    24   4  CRC-32C over the salt, bytes 4 to 23 and the record
 *    28      the record
 *
 * The head has a sum of its own: a length is believed only if nothing has happened to it, so that the search for the next
 * frame behind a damaged one never takes longer than the segment is large. The salt is a random number in the name of the
 * segment: what lay on the same blocks of the disk before, or what a record imitates, is no frame.
 */
export const FRAME_HEADER_BYTES = 28

/** The first byte is none of UTF-8, so that no record of text holds it. The last is the version of the format. */
const FRAME_MAGIC = Uint8Array.of(0xf5, 0x53, 0x46, 0x01)
const FRAME_MAGIC_NUMBER = 0x014653f5

const TWO_TO_THE_32 = 2 ** 32

/** Records `from` (inclusive) to `to` (exclusive) of a page, and the number of the first. */
export interface FramePart {
  readonly chunk: Chunk
  readonly from: number
  readonly to: number
  readonly sequence: number
}

/**
 * Frames of records. `together`: number of the first record that is forced onto the disk together with these; undefined if
 * each is promised by itself.
 */
export function encodeFrames(
  { chunk: { bytes, ends }, from, to, sequence }: FramePart,
  groupFirst: number | undefined,
  salt: number,
): Uint8Array {
  const start = ends[from - 1] ?? 0
  const frames = Buffer.allocUnsafe((ends[to - 1] ?? 0) - start + (to - from) * FRAME_HEADER_BYTES)
  const checksumSeed = saltChecksum(salt)
  let at = 0
  for (let record = from; record < to; record++) {
    const [first, end] = [ends[record - 1] ?? 0, ends[record] ?? 0]
    const number = sequence + record - from
    frames.writeUInt32LE(FRAME_MAGIC_NUMBER, at)
    frames.writeUInt32LE(end - first, at + 4)
    frames.writeUInt32LE(number % TWO_TO_THE_32, at + 8)
    frames.writeUInt32LE(Math.floor(number / TWO_TO_THE_32), at + 12)
    frames.writeUInt32LE(number - (groupFirst ?? number), at + 16)
    frames.writeUInt32LE(crc32c(frames, at + 4, at + 20, checksumSeed), at + 20)
    frames.set(bytes.subarray(first, end), at + FRAME_HEADER_BYTES)
    const next = at + FRAME_HEADER_BYTES + end - first
    frames.writeUInt32LE(bodyChecksum(frames, at, next, checksumSeed), at + 24)
    at = next
  }
  return frames
}

/** One frame that is whole. */
export interface Frame {
  readonly sequence: number
  /** Number of the first record that was forced onto the disk together with it. */
  readonly groupFirst: number
  /** Where its record begins and where it ends. */
  readonly start: number
  readonly end: number
}

/** A run of frames without damage between them; offsets in the segment. */
export interface Extent {
  readonly start: number
  readonly end: number
}

/** What the bytes of a segment hold. */
export interface ScannedFrames {
  readonly frames: readonly Frame[]
  readonly extents: readonly Extent[]
}

/** The numbers that frames of a segment may have: from `first` (inclusive) to `below` (exclusive), ascending. */
export interface SequenceRange {
  readonly first: number
  readonly below: number
}

/**
 * All whole frames, in order. What is no frame is skipped up to the next one; a number that does not ascend is none either,
 * so that a part of the file that was written twice counts once. Ends: every step goes forward.
 */
export function scanFrames(bytes: Uint8Array, salt: number, { first, below }: SequenceRange): ScannedFrames {
  const frames: Frame[] = []
  const extents: { start: number; end: number }[] = []
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const checksumSeed = saltChecksum(salt)
  let expected = first
  for (let at = 0; at + FRAME_HEADER_BYTES <= buffer.length; ) {
    const header = headerAt(buffer, at, checksumSeed)
    const isWhole =
      header && header.end <= buffer.length && buffer.readUInt32LE(at + 24) === bodyChecksum(buffer, at, header.end, checksumSeed)
    if (header && isWhole && header.sequence >= expected && header.sequence < below) {
      frames.push(header)
      expected = header.sequence + 1
      const last = extents.at(-1)
      if (last?.end === at) last.end = header.end
      else extents.push({ start: at, end: header.end })
      at = header.end
      continue
    }
    // A whole frame with a wrong number, or one whose record alone is damaged: the next begins behind it.
    if (header && (isWhole || header.end === buffer.length || headerAt(buffer, header.end, checksumSeed))) at = header.end
    else at = nextMagic(buffer, at + 1)
  }
  return { frames, extents }
}

/** Whole frames from the first byte on, at most `most`, and how many bytes the frame behind them needs to be seen whole. */
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
    if (buffer.readUInt32LE(at + 24) !== bodyChecksum(buffer, at, header.end, checksumSeed)) break
    frames.push(header)
    at = header.end
  }
  return { frames, needed: at }
}

/** The frame at `at`, if its head is whole; nothing is said of its record. */
function headerAt(buffer: Buffer, at: number, checksumSeed: number): Frame | undefined {
  if (at + FRAME_HEADER_BYTES > buffer.length || buffer.readUInt32LE(at) !== FRAME_MAGIC_NUMBER) return undefined
  if (buffer.readUInt32LE(at + 20) !== crc32c(buffer, at + 4, at + 20, checksumSeed)) return undefined
  const start = at + FRAME_HEADER_BYTES
  const sequence = buffer.readUInt32LE(at + 12) * TWO_TO_THE_32 + buffer.readUInt32LE(at + 8)
  return { sequence, groupFirst: sequence - buffer.readUInt32LE(at + 16), start, end: start + buffer.readUInt32LE(at + 4) }
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

// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { type Extent, type ScannedFrames, scanFrames } from './frames.js'
import { parseSegmentName, type SegmentName, segmentFileName } from './segment-name.js'
import { readWholeFile, type SpoolFiles } from './spool-files.js'
import { decodePosition, POSITION_FILE, type SpoolPosition } from './spool-position.js'

/** What a segment turned out to hold. */
export interface SegmentInspection {
  readonly name: SegmentName
  readonly path: string
  /** Of the file. */
  readonly bytes: number
  /** Where whole frames lie. */
  readonly extents: readonly Extent[]
  /** Where the first frame begins that is not acknowledged. */
  readonly begin: number
  /** Records that are whole and not acknowledged, and their bytes. */
  readonly waiting: number
  readonly waitingBytes: number
  /** Number of the last whole record; one less than the first that it may have, if there is none. */
  readonly last: number
  /** Records that were in it, are not acknowledged and cannot be read, as far as numbers tell. */
  readonly lost: number
  /** Bytes that are part of no whole frame, but for the end of the last segment. */
  readonly damagedBytes: number
  /** Bytes behind the last whole frame of the last segment: a write that was not finished, or damage. */
  readonly tornBytes: number
}

/** What a folder holds. */
export interface SpoolInspection {
  readonly segments: readonly SegmentInspection[]
  readonly position: SpoolPosition
  /** Of the position; 0 if it had to be made up. */
  readonly generation: number
  readonly waiting: number
  readonly waitingBytes: number
  /** Of all segments, whole or not. */
  readonly bytes: number
  /** Records that are neither acknowledged nor to be read, whole segments that are missing included. */
  readonly lost: number
  readonly damagedBytes: number
  readonly tornBytes: number
  /** There are segments, but nothing says how far they were acknowledged. */
  readonly isPositionLost: boolean
}

/** Reads all of a folder and changes nothing. Never rejects for what the files hold, only if they cannot be read. */
export async function inspectSpool(files: SpoolFiles, folder: string): Promise<SpoolInspection> {
  const names = await files.list(folder)
  const known = names.flatMap(file => parseSegmentName(file) ?? []).sort((left, right) => left.ordinal - right.ordinal)
  const found = names.includes(POSITION_FILE)
    ? decodePosition(await readWholeFile(files, join(folder, POSITION_FILE)))
    : undefined
  const acknowledged = found?.acknowledged ?? Math.max(0, (known[0]?.first ?? 1) - 1)
  const segments: SegmentInspection[] = []
  const missing = Math.max(0, (known[0]?.first ?? found?.next ?? 1) - acknowledged - 1)
  for (const [index, name] of known.entries()) {
    const below = known[index + 1]?.first
    segments.push(await inspectSegment(files, folder, name, { below, nextSequence: found?.next ?? 1, acknowledged }))
  }
  const next = Math.max(found?.next ?? 1, acknowledged + 1, ...segments.map(({ last }) => last + 1))
  const sum = (figureOf: (segment: SegmentInspection) => number): number =>
    segments.reduce((total, left) => total + figureOf(left), 0)
  return {
    segments,
    position: { acknowledged, next },
    generation: found?.generation ?? 0,
    waiting: sum(({ waiting }) => waiting),
    waitingBytes: sum(({ waitingBytes }) => waitingBytes),
    bytes: sum(({ bytes }) => bytes),
    lost: missing + sum(({ lost }) => lost),
    damagedBytes: sum(({ damagedBytes }) => damagedBytes),
    tornBytes: sum(({ tornBytes }) => tornBytes),
    isPositionLost: known.length > 0 && found === undefined,
  }
}

interface SequenceBounds {
  /** Number of the first record of the next segment; undefined for the last. */
  readonly below: number | undefined
  /** Numbers below this have been given away. */
  readonly nextSequence: number
  readonly acknowledged: number
}

async function inspectSegment(
  files: SpoolFiles,
  folder: string,
  name: SegmentName,
  { below, nextSequence, acknowledged }: SequenceBounds,
): Promise<SegmentInspection> {
  const path = join(folder, segmentFileName(name))
  const bytes = await readWholeFile(files, path)
  const scanned = scanFrames(bytes, name.salt, { first: name.first, below: below ?? Number.MAX_SAFE_INTEGER })
  const { frames, extents } = below === undefined ? contiguousFrames(scanned, Math.max(name.first, nextSequence)) : scanned
  const waiting = frames.filter(({ sequence }) => sequence > acknowledged)
  const last = frames.at(-1)?.sequence ?? name.first - 1
  const from = Math.max(name.first, acknowledged + 1)
  const to = below ?? Math.max(nextSequence, last + 1)
  const validBytes = extents.reduce((sum, { start, end }) => sum + end - start, 0)
  const tornBytes = below === undefined ? bytes.length - (extents.at(-1)?.end ?? 0) : 0
  return {
    name,
    path,
    bytes: bytes.length,
    extents,
    begin: waiting[0]?.at ?? bytes.length,
    waiting: waiting.length,
    waitingBytes: waiting.reduce((sum, { start, end }) => sum + end - start, 0),
    last,
    lost: Math.max(0, to - from) - waiting.length,
    damagedBytes: bytes.length - validBytes - tornBytes,
    tornBytes,
  }
}

/**
 * Of the last records, which were being forced onto the disk when the machine stopped, perhaps not all got there, and not in
 * their order. None of them was promised: from the first that is missing on, they are as if they had never come. Records
 * below number `given` are not among them.
 */
function contiguousFrames({ frames, extents }: ScannedFrames, nextSequence: number): ScannedFrames {
  let expected = Math.max(frames.at(-1)?.groupFirst ?? 0, nextSequence)
  const missing = frames.findIndex(({ sequence }) => sequence >= expected && sequence !== expected++)
  if (missing < 0) return { frames, extents }
  const contiguous = frames.slice(0, missing)
  const end = contiguous.at(-1)?.end ?? 0
  return {
    frames: contiguous,
    extents: extents.filter(({ start }) => start < end).map(left => ({ ...left, end: Math.min(left.end, end) })),
  }
}

// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { type Extent, type ScannedFrames, scanFrames } from './frames.js'
import { parseSegmentName, type SegmentName, segmentFileName } from './segment-name.js'
import { readWholeFile, type SpoolFiles } from './spool-files.js'
import { decodePosition, POSITION_FILE, type SpoolPosition } from './spool-position.js'

/** The content of a segment. */
export interface SegmentInspection {
  readonly name: SegmentName
  readonly path: string
  /** Size of the file. */
  readonly bytes: number
  /** Ranges of whole frames. */
  readonly extents: readonly Extent[]
  /** Offset of the first frame that is not acknowledged. */
  readonly begin: number
  /** Number of whole records that are not acknowledged, and their bytes. */
  readonly waiting: number
  readonly waitingBytes: number
  /** Number of the last whole record; if there is none, one less than the first number of the segment. */
  readonly last: number
  /** Number of records that are not acknowledged and cannot be read, as far as sequence numbers show. */
  readonly lost: number
  /** Bytes that do not belong to a whole frame, without the torn end of the last segment. */
  readonly damagedBytes: number
  /** Bytes after the last whole frame of the last segment: an incomplete write, or damage. */
  readonly tornBytes: number
}

/** The content of a spool folder. */
export interface SpoolInspection {
  readonly segments: readonly SegmentInspection[]
  readonly position: SpoolPosition
  /** Generation of the position; 0 if the position was reconstructed. */
  readonly generation: number
  readonly waiting: number
  readonly waitingBytes: number
  /** Size of all segments, damaged or not. */
  readonly bytes: number
  /** Number of records that are not acknowledged and cannot be read, including those of missing segments. */
  readonly lost: number
  readonly damagedBytes: number
  readonly tornBytes: number
  /** There are segments, but no valid position that says how far they were acknowledged. */
  readonly isPositionLost: boolean
}

/** Reads a whole folder without changing it. Rejects only if the files cannot be read, not for their content. */
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
  /** Numbers below this were assigned to records. */
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
 * Removes the frames after a gap in the last sync group. The machine may have stopped during that sync, so some of its records
 * may be missing, in any order. None of them was guaranteed: from the first missing record on, they are ignored. Records below
 * number `nextSequence` do not belong to the group.
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

// SPDX-License-Identifier: Apache-2.0

/**
 * The parts of a segment's name: its ordinal, the number of its first record, and the salt of its checksums. Names never repeat
 * in one folder, and their alphabetical order is the order of the segments.
 */
export interface SegmentName {
  readonly ordinal: number
  readonly first: number
  readonly salt: number
}

const SEGMENT_NAME_PATTERN = /^(\d{10})-(\d{16})-([0-9a-f]{8})\.spool$/

export const segmentFileName = ({ ordinal, first, salt }: SegmentName): string =>
  `${String(ordinal).padStart(10, '0')}-${String(first).padStart(16, '0')}-${salt.toString(16).padStart(8, '0')}.spool`

/** Undefined if the file is not a segment. */
export function parseSegmentName(file: string): SegmentName | undefined {
  const [, ordinal, first, salt] = SEGMENT_NAME_PATTERN.exec(file) ?? []
  if (ordinal === undefined || first === undefined || salt === undefined) return undefined
  const name = { ordinal: Number(ordinal), first: Number(first), salt: Number.parseInt(salt, 16) }
  return Number.isSafeInteger(name.first) ? name : undefined
}

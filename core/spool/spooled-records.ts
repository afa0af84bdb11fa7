// SPDX-License-Identifier: Apache-2.0

import { framedRecord, scanFrames } from './frames.js'
import type { SpoolInspection } from './inspect-spool.js'
import { readWholeFile, type SpoolFiles } from './spool-files.js'
import type { FramedRecord } from './spooled-chunk.js'

/** One record of a spool that is not open; its bytes are valid until the next record is read. */
export interface SpooledRecord extends FramedRecord {
  readonly sequence: number
}

/** The waiting records of an inspected folder, in order; one segment is in memory at a time. */
export async function* spooledRecords(files: SpoolFiles, { segments, position }: SpoolInspection): AsyncGenerator<SpooledRecord> {
  for (const { path, name, last } of segments) {
    const bytes = await readWholeFile(files, path)
    for (const frame of scanFrames(bytes, name.salt, { first: name.first, below: last + 1 }).frames)
      if (frame.sequence > position.acknowledged) yield { sequence: frame.sequence, ...framedRecord(bytes, frame) }
  }
}

/** Whether records were lost or files damaged. An incomplete write is neither. */
export const isSpoolDamaged = ({ lost, damagedBytes, isPositionLost }: SpoolInspection): boolean =>
  lost > 0 || damagedBytes > 0 || isPositionLost

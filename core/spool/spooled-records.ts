// SPDX-License-Identifier: Apache-2.0

import { framedRecord, scanFrames } from './frames.js'
import type { SpoolInspection } from './inspect-spool.js'
import { readWholeFile, type SpoolFiles } from './spool-files.js'
import type { FramedRecord } from './spooled-chunk.js'

/** One record of a spool that nobody has opened; its bytes are valid until the next one is asked for. */
export interface SpooledRecord extends FramedRecord {
  readonly sequence: number
}

/** The records that wait in a folder that was surveyed, in order; one segment is held in memory at a time. */
export async function* spooledRecords(files: SpoolFiles, { segments, position }: SpoolInspection): AsyncGenerator<SpooledRecord> {
  for (const { path, name, last } of segments) {
    const bytes = await readWholeFile(files, path)
    for (const frame of scanFrames(bytes, name.salt, { first: name.first, below: last + 1 }).frames)
      if (frame.sequence > position.acknowledged) yield { sequence: frame.sequence, ...framedRecord(bytes, frame) }
  }
}

/** Whether anything was lost or damaged. A write that was not finished is neither. */
export const isSpoolDamaged = ({ lost, damagedBytes, isPositionLost }: SpoolInspection): boolean =>
  lost > 0 || damagedBytes > 0 || isPositionLost

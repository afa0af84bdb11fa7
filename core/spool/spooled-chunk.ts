// SPDX-License-Identifier: Apache-2.0
import type { Chunk, Framing } from '../contract/exporter.js'
import { joinRecordMeta, type RecordMeta } from './record-meta.js'

/** A chunk of records in a spool. */
export interface SpooledChunk extends Chunk {
  /**
   * Numbers of the records that are in frames of version 1. Their ids and keys, if any, are a text before the record
   * (`record-prefixes.ts`). When they are written again, they stay in such frames.
   */
  readonly version1?: ReadonlySet<number> | undefined
}

/** One record in a spool. */
export interface FramedRecord {
  /** Valid as long as the bytes that it was read from. */
  readonly record: Uint8Array
  readonly meta: RecordMeta
  readonly framing: Framing
  readonly isVersion1: boolean
}

/** Joins records of one framing into a chunk that stays valid. */
export function joinFramedRecords(records: readonly FramedRecord[]): SpooledChunk {
  let end = 0
  const ends = Uint32Array.from(records, ({ record }) => {
    end += record.length
    return end
  })
  const bytes = Buffer.concat(
    records.map(({ record }) => record),
    end,
  )
  const meta = joinRecordMeta(records.map(record => record.meta))
  const version1 = records.flatMap(({ isVersion1 }, record) => (isVersion1 ? [record] : []))
  return {
    bytes,
    length: records.length,
    ends,
    ...(records[0]?.framing === 'raw' && { framing: 'raw' }),
    ...(meta && { meta }),
    ...(version1.length > 0 && { version1: new Set(version1) }),
  }
}

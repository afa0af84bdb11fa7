// SPDX-License-Identifier: Apache-2.0
import type { Chunk } from '../../contract/exporter.js'
import { joinRecordMeta, type RecordMeta } from '../../spool/record-meta.js'
import { ChunkBuffer } from '../chunk-buffer.js'

/** A chunk of these records. */
export function chunkOfTexts(...records: readonly string[]): Chunk {
  const chunk = new ChunkBuffer(64)
  for (const record of records) {
    chunk.text(record)
    chunk.finishRecord()
  }
  return chunk.chunk()
}

/** A record of a chunk and its metadata. */
export interface RecordForChunk extends RecordMeta {
  readonly text: string
}

/** A chunk of these records, each with a line feed, and their metadata. */
export function chunkOfRecordsWithMeta(...records: readonly RecordForChunk[]): Chunk {
  const meta = joinRecordMeta(records)
  return { ...chunkOfTexts(...records.map(({ text }) => text)), ...(meta && { meta }) }
}

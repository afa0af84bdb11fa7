// SPDX-License-Identifier: Apache-2.0
import type { Chunk } from '../../contract/exporter.js'
import { ChunkBuffer } from '../chunk-buffer.js'

/** A page of these records. */
export function chunkOfTexts(...records: readonly string[]): Chunk {
  const chunk = new ChunkBuffer(64)
  for (const record of records) {
    chunk.text(record)
    chunk.finishRecord()
  }
  return chunk.chunk()
}

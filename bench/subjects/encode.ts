// SPDX-License-Identifier: Apache-2.0

import { EvaluatedBatch } from '../../core/contract/evaluated-batch.js'
import { ChunkBuffer } from '../../core/exporter/chunk-buffer.js'
import { JsonEncoder } from '../../plugins/sysflow/encoders/json-encoder.js'
import type { EventColumns } from '../../plugins/sysflow/reader/event-columns.js'
import { flattenTrace } from '../../plugins/sysflow/testing/flatten-trace.js'

/**
 * The counterpart of `stringify.js`: `encode.js TRACE TIMES` decodes a trace once, retains its records, and encodes all of them
 * TIMES times into a chunk, as bytes. Prints the number of encoded records and bytes.
 */
const [path = '', times = '1'] = process.argv.slice(2)
const batches: EvaluatedBatch<EventColumns>[] = []
await flattenTrace(path, rows => {
  rows.retain()
  const all = Uint32Array.from({ length: rows.length }, (_, row) => row)
  batches.push(new EvaluatedBatch(rows, all, new Array<null>(rows.length).fill(null)))
})
const encoder = new JsonEncoder()
const chunk = new ChunkBuffer(256 * 1024)
/** The number of records that the exporter encodes between two checks of the chunk size. */
const BATCH_SIZE = 128
let records = 0
let bytes = 0
for (let round = 0; round < Number(times); round++)
  for (const batch of batches)
    for (let from = 0; from < batch.length; from += BATCH_SIZE) {
      chunk.clear()
      const to = Math.min(from + BATCH_SIZE, batch.length)
      encoder.encode(batch, from, to, chunk)
      records += to - from
      bytes += chunk.size
    }
process.stderr.write(`${JSON.stringify({ records, bytes })}\n`)

// SPDX-License-Identifier: Apache-2.0

import type { Fault } from '../../../core/errors/fault.js'
import { type InputFile, openInputFile } from '../../../core/input/input-files.js'
import { AvroScanner, dataViewOf } from '../avro/avro-scanner.js'
import { ContainerReader } from '../avro/container-reader.js'
import { parseWriterSchema, type WriterSchema } from '../avro/writer-schema.js'
import { sysflowFault } from '../errors.js'

/** Records as a collector sends them: one message each, the bare datum. */
export interface MessageBlock {
  /** The messages, consecutive. */
  readonly bytes: Buffer
  /** The end of each message in `bytes`. */
  readonly ends: Uint32Array
}

/** Yields the records of a trace in order, in the layout of its writer. Damage is passed to `report`, and reading continues. */
export async function* messagesOf(file: InputFile, report: (fault: Fault) => void): AsyncGenerator<MessageBlock, void, void> {
  const source = await openInputFile(file)
  try {
    const reader = new ContainerReader(source, parseWriterSchema, report)
    for await (const { schema, bytes, count, offset } of reader.blocks()) {
      const ends = endsOf(schema, bytes, count)
      const lost = count - ends.length
      if (lost > 0) {
        const details = { record: ends.length + 1, count, lost, reason: 'its end cannot be found' }
        report(sysflowFault('SFP_SYSFLOW_UNDECODABLE', details, { where: `${file.path}, block at byte ${offset}` }))
      }
      if (ends.length > 0) yield { bytes, ends }
    }
  } finally {
    await source.close()
  }
}

/** The end of each record in a block; fewer than `count` if a record cannot be decoded. */
function endsOf({ branches }: WriterSchema, bytes: Buffer, count: number): Uint32Array {
  const ends = new Uint32Array(count)
  const scanner = new AvroScanner()
  scanner.begin(bytes, dataViewOf(bytes))
  for (let record = 0; record < count; record++) {
    const branch = branches[scanner.int()]
    if (!branch) return ends.subarray(0, record)
    scanner.skip(branch.shape)
    if (scanner.isBad || scanner.position > bytes.length) return ends.subarray(0, record)
    ends[record] = scanner.position
  }
  return ends
}

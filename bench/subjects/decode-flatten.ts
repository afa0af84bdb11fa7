// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../core/contract/batch.js'
import { findInputFiles, openInputFile } from '../../core/input/input-files.js'
import { ContainerReader } from '../../plugins/sysflow/avro/container-reader.js'
import { DecoderCache } from '../../plugins/sysflow/reader/decoder.js'
import { Flattener } from '../../plugins/sysflow/reader/flattener.js'
import { SysFlowBlock } from '../../plugins/sysflow/reader/sysflow-block.js'
import { recordCounts, SysFlowReader } from '../../plugins/sysflow/reader/sysflow-reader.js'
import { faultCollectingHost } from '../../plugins/sysflow/testing/flatten-trace.js'

/**
 * `inflate-only.js` plus the stage `sysflowreader`: reads, decompresses, decodes and flattens the traces in its arguments and
 * discards the records. No pipeline, no settings. Prints the number of records and bytes in the blocks.
 */
const { files } = await findInputFiles(process.argv.slice(2))
const decoders = new DecoderCache()
let bytes = 0

async function* blocks(): AsyncGenerator<Batch> {
  for (const file of files) {
    const source = await openInputFile(file)
    const reader = new ContainerReader(
      source,
      text => decoders.of(text),
      fault => {
        throw fault
      },
    )
    for await (const block of reader.blocks()) {
      bytes += block.bytes.length
      yield new SysFlowBlock(block.schema, block.bytes, block.count, file.path, reader)
    }
    await source.close()
  }
}

const stage = new SysFlowReader(new Flattener(), faultCollectingHost())
const send = async (batch: Batch): Promise<void> => batch.release()
await stage.run(blocks(), { send, close() {} }, new AbortController().signal)
const records = Object.values(recordCounts(stage.tables)).reduce((sum, count) => sum + count, 0)
process.stderr.write(`${JSON.stringify({ records, bytes })}\n`)

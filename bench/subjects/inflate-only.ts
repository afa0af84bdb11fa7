// SPDX-License-Identifier: Apache-2.0

import { findInputFiles, openInputFile } from '../../core/input/input-files.js'
import { ContainerReader } from '../../plugins/sysflow/avro/container-reader.js'

/**
 * Reads and decompresses the blocks of the traces in its arguments with the product's container reader, and discards them: the
 * reference for measuring decoding. Prints the number of records and bytes in the blocks.
 */
const { files } = await findInputFiles(process.argv.slice(2))
let records = 0
let bytes = 0
for (const file of files) {
  const source = await openInputFile(file)
  const reader = new ContainerReader(
    source,
    text => text,
    fault => {
      throw fault
    },
  )
  for await (const block of reader.blocks()) {
    records += block.count
    bytes += block.bytes.length
  }
  await source.close()
}
process.stderr.write(`${JSON.stringify({ records, bytes })}\n`)

// SPDX-License-Identifier: Apache-2.0
import { ContainerReader } from '../../plugins/sysflow/avro/container-reader.js'
import { findTraces, openTrace } from '../../plugins/sysflow/drivers/trace-files.js'

/**
 * Reads and unpacks the blocks of the traces at the paths of its arguments with the product's own container reader, and does
 * nothing with them: what decoding is measured against. Prints how many records and bytes the blocks hold.
 */
const { files } = await findTraces(process.argv.slice(2))
let records = 0
let bytes = 0
for (const file of files) {
  const source = await openTrace(file)
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

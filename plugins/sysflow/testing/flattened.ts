// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import type { Batch } from '../../../core/contract/batch.js'
import type { Encoder } from '../../../core/contract/exporter.js'
import { silentLogger } from '../../../core/contract/logger.js'
import { WITHOUT_NOTHING } from '../../../core/contract/optimisation.js'
import type { Host } from '../../../core/contract/stage.js'
import { JudgedBatch } from '../../../core/contract/verdict.js'
import { PageBuffer } from '../../../core/exporter/page.js'
import { Flattener } from '../reader/flattener.js'
import { SysFlowBlock } from '../reader/block.js'
import { bytesAsSource } from '../../../core/input/byte-source.js'
import { ContainerReader } from '../avro/container.js'
import { Decoders } from '../avro/decoder.js'
import type { EventColumns } from '../reader/event-columns.js'
import { SysFlowReader } from '../reader/reader.js'

/** A host that keeps the faults it is told of. */
export function testHost(faults: Error[] = []): Host {
  return {
    log: silentLogger,
    stage: 'test',
    directory: '.',
    inputType: undefined,
    outputType: undefined,
    without: WITHOUT_NOTHING,
    records: () => [],
    fault: fault => faults.push(fault),
  }
}

/** Reads a trace and hands its flattened batches on, in order; each is released when `use` has returned. */
export async function flattened(
  trace: string | Buffer,
  use: (rows: EventColumns) => void,
  faults: Error[] = [],
): Promise<SysFlowReader> {
  const [name, bytes] = typeof trace === 'string' ? [trace, readFileSync(trace)] : ['trace', trace]
  const decoders = new Decoders()
  const container = new ContainerReader(
    bytesAsSource(name, bytes),
    text => decoders.of(text),
    fault => faults.push(fault),
  )
  async function* blocks(): AsyncGenerator<Batch> {
    for await (const block of container.blocks()) yield new SysFlowBlock(block.schema, block.bytes, block.count, name, container)
  }
  const reader = new SysFlowReader(new Flattener(), testHost(faults))
  const send = async (batch: Batch): Promise<void> => {
    use(batch as EventColumns)
    batch.release()
  }
  await reader.run(blocks(), { send, close() {} }, new AbortController().signal)
  return reader
}

/** Every record of a trace as an encoder writes it, without verdicts: one line each. */
export async function encodedLines(trace: string, encoder: Encoder<EventColumns>): Promise<string[]> {
  const lines: string[] = []
  const page = new PageBuffer()
  await flattened(trace, rows => {
    const all = Uint32Array.from({ length: rows.length }, (_, row) => row)
    page.clear()
    rows.retain()
    const judged = new JudgedBatch(rows, all, new Array<null>(rows.length).fill(null))
    encoder.encode(judged, 0, rows.length, page)
    judged.release()
    lines.push(...Buffer.from(page.page().bytes).toString('utf8').trimEnd().split('\n'))
  })
  return lines
}

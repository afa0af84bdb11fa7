// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import type { Batch } from '../../../core/contract/batch.js'
import { EvaluatedBatch } from '../../../core/contract/evaluated-batch.js'
import type { Encoder } from '../../../core/contract/exporter.js'
import { type Host, NONE_DISABLED, silentLogger } from '../../../core/contract/host.js'
import { ChunkBuffer } from '../../../core/exporter/chunk-buffer.js'
import { inMemoryReader } from '../../../core/input/byte-reader.js'
import { ContainerReader } from '../avro/container-reader.js'
import { DecoderCache } from '../reader/decoder.js'
import type { EventColumns } from '../reader/event-columns.js'
import { Flattener } from '../reader/flattener.js'
import { SysFlowBlock } from '../reader/sysflow-block.js'
import { SysFlowReader } from '../reader/sysflow-reader.js'

/** A host that collects the reported faults. */
export function faultCollectingHost(faults: Error[] = []): Host {
  return {
    log: silentLogger,
    stage: 'test',
    directory: '.',
    inputType: undefined,
    outputType: undefined,
    disabledOptimizations: NONE_DISABLED,
    records: () => [],
    reportFault: fault => faults.push(fault),
  }
}

/** Reads a trace and passes its flattened batches to `onRows` in order; each batch is released when `onRows` has returned. */
export async function flattenTrace(
  trace: string | Buffer,
  onRows: (rows: EventColumns) => void,
  faults: Error[] = [],
): Promise<SysFlowReader> {
  const [name, bytes] = typeof trace === 'string' ? [trace, readFileSync(trace)] : ['trace', trace]
  const decoders = new DecoderCache()
  const container = new ContainerReader(
    inMemoryReader(name, bytes),
    text => decoders.of(text),
    fault => faults.push(fault),
  )
  async function* blocks(): AsyncGenerator<Batch> {
    for await (const block of container.blocks()) yield new SysFlowBlock(block.schema, block.bytes, block.count, name, container)
  }
  const reader = new SysFlowReader(new Flattener(), faultCollectingHost(faults))
  const send = async (batch: Batch): Promise<void> => {
    onRows(batch as EventColumns)
    batch.release()
  }
  await reader.run(blocks(), { send, close() {} }, new AbortController().signal)
  return reader
}

/** Every record of a trace as an encoder writes it, without rule matches: one line each. */
export async function encodeTraceLines(trace: string, encoder: Encoder<EventColumns>): Promise<string[]> {
  const lines: string[] = []
  const chunk = new ChunkBuffer()
  await flattenTrace(trace, rows => {
    const all = Uint32Array.from({ length: rows.length }, (_, row) => row)
    chunk.clear()
    rows.retain()
    const evaluated = new EvaluatedBatch(rows, all, new Array<null>(rows.length).fill(null))
    encoder.encode(evaluated, 0, rows.length, chunk)
    evaluated.release()
    lines.push(...Buffer.from(chunk.chunk().bytes).toString('utf8').trimEnd().split('\n'))
  })
  return lines
}

// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import type { Batch } from '../../../core/contract/batch.js'
import { ALL_DISABLED, type Host, NONE_DISABLED, silentLogger } from '../../../core/contract/host.js'
import type { SampleOptions, SampleRecords } from '../../../core/contract/sample-records.js'
import { inMemoryReader } from '../../../core/input/byte-reader.js'
import { SYSFLOW_ADAPTER } from '../attributes/sysflow-adapter.js'
import { ContainerReader } from '../avro/container-reader.js'
import { TraceWriter } from '../avro/trace-writer.js'
import { CONTEXT_CHANNEL } from '../handlers.js'
import { DecoderCache } from '../reader/decoder.js'
import { Flattener } from '../reader/flattener.js'
import { SysFlowBlock } from '../reader/sysflow-block.js'
import { SysFlowReader } from '../reader/sysflow-reader.js'
import { readScenario } from '../scenario/read-scenario.js'
import { simulate } from '../scenario/simulate/simulate.js'
import { sampleTrace } from './sample-trace.js'

/** Options for SysFlow sample records. */
export interface SysFlowSampleOptions extends SampleOptions {
  /** Path of a SysFlow trace; default: the trace that the package ships. */
  readonly trace?: string
  /** YAML text of a scenario (docs/scenarios.md), instead of a trace. */
  readonly scenario?: string
}

export const BLOCK_CHANNEL = 'sysflowchan'

export const SYSFLOW_SAMPLES: SampleRecords<SysFlowSampleOptions> = {
  channels: [BLOCK_CHANNEL, SYSFLOW_ADAPTER.channel, CONTEXT_CHANNEL],
  adapters: [SYSFLOW_ADAPTER],
  batches: (channel, options) => (channel === BLOCK_CHANNEL ? blocks(options) : events(options)),
}

async function blocks({ trace, scenario, batchSize = ROWS }: SysFlowSampleOptions): Promise<Batch[]> {
  const name = scenario === undefined ? (trace ?? sampleTrace()) : 'scenario'
  const bytes = scenario === undefined ? readFileSync(name) : traceOf(scenario)
  const decoders = new DecoderCache()
  const container = new ContainerReader(inMemoryReader(name, bytes), text => decoders.of(text), failed, ALL_DISABLED)
  const batches: Batch[] = []
  for await (const { schema, bytes: records, count } of container.blocks())
    batches.push(new SysFlowBlock(schema, records, count, name, container, { needsFlush: batchSize < ROWS }))
  return batches
}

function traceOf(scenario: string): Buffer {
  const chunks: Uint8Array[] = []
  const writer = new TraceWriter(bytes => chunks.push(bytes))
  for (const record of simulate(readScenario(scenario, 'scenario'))) writer.write(record)
  writer.finish()
  return Buffer.concat(chunks)
}

async function events(options: SysFlowSampleOptions): Promise<Batch[]> {
  const batches: Batch[] = []
  const faults: Error[] = []
  const host: Host = {
    log: silentLogger,
    stage: 'samples',
    directory: process.cwd(),
    inputType: BLOCK_CHANNEL,
    outputType: SYSFLOW_ADAPTER.channel,
    disabledOptimizations: NONE_DISABLED,
    records: () => [],
    reportFault: fault => faults.push(fault),
  }
  const reader = new SysFlowReader(new Flattener(options.batchSize ?? ROWS, ALL_DISABLED), host)
  const output = {
    async send(batch: Batch) {
      batches.push(batch)
    },
    close() {},
  }
  await reader.run(blockStream(await blocks(options)), output, new AbortController().signal)
  const [first] = faults
  if (first) throw first
  return batches
}

async function* blockStream(blocksOfTrace: Iterable<Batch>): AsyncGenerator<Batch, void, undefined> {
  yield* blocksOfTrace
}

function failed(fault: Error): never {
  throw fault
}

const ROWS = 16

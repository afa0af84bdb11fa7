// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { OtelBatch } from '../../../plugins/otel/otel-batch.js'
import { readJson } from '../../../plugins/otel/read-json.js'
import { SYSFLOW_ADAPTER } from '../../../plugins/sysflow/attributes/sysflow-adapter.js'
import { ContainerReader } from '../../../plugins/sysflow/avro/container-reader.js'
import { DecoderCache } from '../../../plugins/sysflow/avro/decoder.js'
import { TraceWriter } from '../../../plugins/sysflow/avro/trace-writer.js'
import type { EventColumns } from '../../../plugins/sysflow/reader/event-columns.js'
import { Flattener } from '../../../plugins/sysflow/reader/flattener.js'
import { SysFlowBlock } from '../../../plugins/sysflow/reader/sysflow-block.js'
import { SysFlowReader } from '../../../plugins/sysflow/reader/sysflow-reader.js'
import { readScenario } from '../../../plugins/sysflow/scenario/read-scenario.js'
import { simulate } from '../../../plugins/sysflow/scenario/simulate.js'
import type { Batch } from '../../contract/batch.js'
import { type ActionFieldValue, EvaluatedBatch, type Priority, type RuleMatches } from '../../contract/evaluated-batch.js'
import { ALL_DISABLED } from '../../contract/host.js'
import { type RecordView, RowView } from '../../contract/record-view.js'
import { inMemoryReader } from '../../input/byte-reader.js'
import { testHost } from './host.js'
import { sampleTrace } from './package-root.js'

/** Where the records of a test come from. */
export interface TestRecords {
  /** Path of a SysFlow trace; by default the one that is shipped. */
  readonly trace?: string
  /** What happens, as the YAML text of a scenario (docs/scenarios.md), instead of a trace. */
  readonly scenario?: string
  /** Text of OTLP/JSON log data, for `otelchan`. */
  readonly logs?: string
  /** Records in a batch, at most (default: 16). */
  readonly batchSize?: number
  /**
   * What rules said of a record; null: none matched it. Without this every third record of an `eventchan` was matched.
   * `number` counts from 0.
   */
  readonly evaluate?: (record: RecordView, number: number) => RuleMatches | null
}

/**
 * Records as they come through a channel of this type: `sysflowchan` (blocks of a trace), `flattenerchan` or `ctxchan` (flat
 * records), `eventchan` (judged ones) or `otelchan` (log records of OpenTelemetry). The caller holds each batch once.
 */
export async function batchesOf(channelType: string, records: TestRecords = {}): Promise<Batch[]> {
  switch (channelType) {
    case 'sysflowchan':
      return blocks(records)
    case 'flattenerchan':
    case 'ctxchan':
      return rows(records)
    case 'eventchan':
      return evaluated(await rows(records), records.evaluate ?? matchEveryThird)
    case 'otelchan':
      return logs(records)
    default:
      throw new Error(`there are no records for channel type "${channelType}" here: give some under "input"`)
  }
}

/** A verdict of one rule, for tests. */
export function ruleMatches(
  rule: string,
  more: {
    readonly description?: string
    readonly priority?: Priority
    readonly tags?: readonly string[]
    readonly contextTags?: readonly string[]
    readonly fields?: Readonly<Record<string, ActionFieldValue>>
  } = {},
): RuleMatches {
  const { description = 'A test.', priority = 'high', tags = [], contextTags = [], fields } = more
  return {
    rules: [{ name: rule, description, priority, tags }],
    contextTags,
    ...(fields && { fields: new Map(Object.entries(fields)) }),
  }
}

async function blocks({ trace, scenario, batchSize = ROWS }: TestRecords): Promise<Batch[]> {
  const name = scenario === undefined ? (trace ?? sampleTrace()) : 'scenario'
  const bytes = scenario === undefined ? readFileSync(name) : traceOf(scenario)
  const decoders = new DecoderCache()
  const failed = (fault: Error): never => {
    throw fault
  }
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

async function rows(records: TestRecords): Promise<Batch[]> {
  const batches: Batch[] = []
  const host = testHost()
  const reader = new SysFlowReader(new Flattener(records.batchSize ?? ROWS, ALL_DISABLED), host)
  const output = {
    async send(batch: Batch) {
      batches.push(batch)
    },
    close() {},
  }
  await reader.run(batchStream(await blocks(records)), output, new AbortController().signal)
  const [first] = host.faults
  if (first) throw first.fault
  return batches
}

function evaluated(batches: readonly Batch[], evaluate: NonNullable<TestRecords['evaluate']>): Batch[] {
  let number = 0
  return (batches as readonly EventColumns[]).map(columns => {
    const view = new RowView(SYSFLOW_ADAPTER, columns)
    const all = Uint32Array.from({ length: columns.length }, (_, row) => row)
    return new EvaluatedBatch(
      columns,
      all,
      [...all].map(row => evaluate(view.moveTo(row), number++)),
    )
  })
}

const matchEveryThird = (_record: RecordView, number: number): RuleMatches | null => (number % 3 === 0 ? MATCHED : null)
const MATCHED = ruleMatches('a rule', { tags: ['of:rule'], contextTags: ['of:action'], fields: { said: 'by an action' } })

function logs({ logs: text = LOGS, batchSize = ROWS }: TestRecords): Batch[] {
  const whole = new OtelBatch()
  whole.append(readJson(text), text.length)
  const batches: OtelBatch[] = []
  for (let row = 0; row < whole.length; row++) {
    if (row % batchSize === 0) batches.push(new OtelBatch())
    const batch = batches.at(-1) as OtelBatch
    batch.resources.push(whole.resources[row] as never)
    batch.scopes.push(whole.scopes[row] as never)
    batch.records.push(whole.records[row] as never)
  }
  return batches
}

/** Batches as a stage receives them. */
export async function* batchStream(batches: Iterable<Batch>): AsyncGenerator<Batch, void, undefined> {
  yield* batches
}

const ROWS = 16
const LOG = { timeUnixNano: '1709283600000000000', severityNumber: 9, body: { stringValue: 'GET /admin' } }
const LOGS = JSON.stringify({
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'host.name', value: { stringValue: 'worker-2' } }] },
      scopeLogs: [
        {
          scope: { name: 'gateway' },
          logRecords: Array.from({ length: 40 }, (_, number) => ({
            ...LOG,
            attributes: [{ key: 'http.response.status_code', value: { intValue: String(200 + number) } }],
          })),
        },
      ],
    },
  ],
})

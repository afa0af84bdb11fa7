// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import {
  type ActionFieldValue,
  EvaluatedBatch,
  type RuleMatches,
  type RuleMetadata,
  unevaluated,
} from '../../contract/evaluated-batch.js'
import type { Chunk, DeliveryResult } from '../../contract/exporter.js'
import type { ActionPlugin, EncoderPlugin, TransportPlugin } from '../../contract/plugin.js'
import { recordsIn } from '../../contract/record-view.js'
import type { Report } from '../../contract/report.js'
import type { SampleOptions } from '../../contract/sample-records.js'
import { ChunkBuffer } from '../../exporter/chunk-buffer.js'
import { type TestHost, testHost } from './host.js'
import { ruleMatches } from './rule-matches.js'
import { type ComponentSetup, directoryOf } from './run-stage.js'
import type { SampleCatalog } from './sample-catalog.js'
import { settingsOf } from './settings.js'

/** What an action added to the alert of one record. */
export interface ActionResult {
  readonly tags: readonly string[]
  readonly fields: Readonly<Record<string, ActionFieldValue>>
}

export interface ActionTestSetup<O extends SampleOptions = SampleOptions> extends ComponentSetup<O> {
  /** Channel type of the evaluated records; default: the first one that rules can read. */
  readonly inputType?: string
  readonly argument?: string
  readonly rule?: RuleMetadata
}

export interface EncoderTestSetup<O extends SampleOptions = SampleOptions> extends ComponentSetup<O> {
  /** Default: the first channel type that the encoder accepts. */
  readonly inputType?: string
  /** Batches instead of sample records: for channel types without samples. */
  readonly input?: Iterable<Batch>
}

export interface TransportTestSetup extends Omit<ComponentSetup, 'records'> {
  /** Encoded records, one list for each call of `send`. */
  readonly chunks?: readonly (readonly string[])[]
  readonly format?: string
}

/** Runs an action on every record, as for a rule that names it as `NAME:ARGUMENT` and matches all records. */
export async function runAction(
  samples: SampleCatalog,
  plugin: ActionPlugin,
  setup: ActionTestSetup = {},
): Promise<{ readonly results: readonly ActionResult[]; readonly report: Report; readonly host: TestHost }> {
  const type = setup.inputType ?? samples.channelTypes.find(candidate => samples.adapterFor(candidate))
  const adapter = samples.adapterFor(type, plugin)
  if (!adapter) throw new Error(`no record adapter for channel type "${type}"`)
  const inputType = adapter.channel
  const host = testHost(samples, { plugin, inputType, outputType: adapter.evaluatedChannel, ...directoryOf(setup) })
  const action = plugin.create(settingsOf(plugin, setup.options), host)
  const { argument = '', rule = ruleMatches('a rule').rules[0] as RuleMetadata } = setup
  const matches: RuleMatches = { rules: [rule], contextTags: [] }
  const results: ActionResult[] = []
  action.check?.(argument)
  try {
    await action.open?.()
    for (const batch of await samples.batchesOf(inputType, setup.records)) {
      const rows = Uint32Array.from({ length: batch.length }, (_, row) => row)
      const evaluated = new EvaluatedBatch(
        batch,
        rows,
        Array.from(rows, () => matches),
      )
      for (const record of recordsIn(evaluated, adapter)) {
        const tags: string[] = []
        const fields = new Map<string, ActionFieldValue>()
        const addTag = (text: string): unknown => tags.push(text)
        action.run({ record, rule, argument, addTag, addField: (name, value) => fields.set(name, value) })
        results.push({ tags, fields: Object.fromEntries(fields) })
      }
      evaluated.release()
    }
    return { results, report: action.report?.() ?? {}, host }
  } finally {
    await action.close?.()
  }
}

/** Encodes every record: one text each, without the line feed that ends it. */
export async function runEncoder(
  samples: SampleCatalog,
  plugin: EncoderPlugin,
  setup: EncoderTestSetup = {},
): Promise<{ readonly lines: readonly string[]; readonly host: TestHost }> {
  const inputType = setup.inputType ?? plugin.accepts[0] ?? ''
  const host = testHost(samples, { plugin, inputType, format: plugin.name, ...directoryOf(setup) })
  const encoder = plugin.create(settingsOf(plugin, setup.options), host)
  const chunk = new ChunkBuffer()
  await encoder.open?.()
  try {
    for (const batch of setup.input ?? (await samples.batchesOf(inputType, setup.records))) {
      const evaluated = batch instanceof EvaluatedBatch ? batch : unevaluated(batch)
      encoder.encode(evaluated as EvaluatedBatch<never>, 0, evaluated.length, chunk)
      evaluated.release()
    }
    return { lines: recordsFromChunk(chunk.chunk()), host }
  } finally {
    await encoder.close?.()
  }
}

/** Opens a transport, sends each chunk of records (texts without line feeds), closes it. */
export async function runTransport(
  samples: SampleCatalog,
  plugin: TransportPlugin,
  setup: TransportTestSetup = {},
): Promise<{ readonly delivered: readonly (DeliveryResult | undefined)[]; readonly report: Report; readonly host: TestHost }> {
  const { format = plugin.formats?.[0] ?? 'json', chunks = [['{"record":1}', '{"record":2}'], ['{"record":3}']] } = setup
  const host = testHost(samples, { plugin, format, ...directoryOf(setup) })
  const transport = plugin.create(settingsOf(plugin, setup.options), host)
  const { signal } = new AbortController()
  const delivered: (DeliveryResult | undefined)[] = []
  await transport.open()
  try {
    transport.begin?.()
    for (const records of chunks) delivered.push(await transport.send(chunkFromRecords(records), signal))
    await transport.finish?.(signal)
    return { delivered, report: transport.report?.() ?? {}, host }
  } finally {
    await transport.close()
  }
}

/** Texts as a chunk for `send` of a transport. */
export function chunkFromRecords(records: readonly string[]): Chunk {
  const chunk = new ChunkBuffer()
  for (const record of records) {
    chunk.text(record)
    chunk.finishRecord()
  }
  return chunk.chunk()
}

/** The records of a chunk as texts. */
export function recordsFromChunk({ bytes, length, ends }: Chunk): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length }, (_, index) => text.toString('utf8', ends[index - 1] ?? 0, (ends[index] ?? 1) - 1))
}

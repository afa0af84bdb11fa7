// SPDX-License-Identifier: Apache-2.0

import { SYSFLOW_ADAPTER } from '../../../plugins/sysflow/attributes/sysflow-adapter.js'
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
import { ChunkBuffer } from '../../exporter/chunk-buffer.js'
import { batchesOf, ruleMatches } from './batches.js'
import { type TestHost, testHost } from './host.js'
import { directoryOf, type TestSetup } from './run-stage.js'
import { settingsOf } from './settings.js'

/** What an action did with one record. */
export interface ActionResult {
  readonly tags: readonly string[]
  readonly fields: Readonly<Record<string, ActionFieldValue>>
}

/** Runs an action on every record, as for a rule that names it as `NAME:ARGUMENT` and matches all of them. */
export async function runAction(
  plugin: ActionPlugin,
  setup: TestSetup & { readonly argument?: string; readonly rule?: RuleMetadata } = {},
): Promise<{ readonly results: readonly ActionResult[]; readonly report: Report; readonly host: TestHost }> {
  const inputType = SYSFLOW_ADAPTER.channel
  const host = testHost({ plugin, inputType, outputType: SYSFLOW_ADAPTER.evaluatedChannel, ...directoryOf(setup) })
  const action = plugin.create(settingsOf(plugin, setup.options), host)
  const { argument = '', rule = ruleMatches('a rule').rules[0] as RuleMetadata } = setup
  const matches: RuleMatches = { rules: [rule], contextTags: [] }
  const results: ActionResult[] = []
  action.check?.(argument)
  try {
    await action.open?.()
    for (const batch of await batchesOf(SYSFLOW_ADAPTER.evaluatedChannel, { ...setup.records, evaluate: () => matches })) {
      for (const record of recordsIn(batch, SYSFLOW_ADAPTER as never)) {
        const tags: string[] = []
        const fields = new Map<string, ActionFieldValue>()
        const tag = (text: string): unknown => tags.push(text)
        action.run({ record, rule, argument, addTag: tag, addField: (name, value) => fields.set(name, value) })
        results.push({ tags, fields: Object.fromEntries(fields) })
      }
      batch.release()
    }
    return { results, report: action.report?.() ?? {}, host }
  } finally {
    await action.close?.()
  }
}

/** Every record as the encoder writes it: one text each, without the line feed behind it. */
export async function runEncoder(
  plugin: EncoderPlugin,
  setup: TestSetup & { readonly inputType?: string; readonly input?: Iterable<Batch> } = {},
): Promise<{ readonly lines: readonly string[]; readonly host: TestHost }> {
  const inputType = setup.inputType ?? plugin.accepts[0] ?? ''
  const host = testHost({ plugin, inputType, format: plugin.name, ...directoryOf(setup) })
  const encoder = plugin.create(settingsOf(plugin, setup.options), host)
  const chunk = new ChunkBuffer()
  await encoder.open?.()
  try {
    for (const batch of setup.input ?? (await batchesOf(inputType, setup.records))) {
      const evaluated = batch instanceof EvaluatedBatch ? batch : unevaluated(batch)
      encoder.encode(evaluated as EvaluatedBatch<never>, 0, evaluated.length, chunk)
      evaluated.release()
    }
    return { lines: recordsFromChunk(chunk.chunk()), host }
  } finally {
    await encoder.close?.()
  }
}

/** Opens a transport, sends each page of records (texts without line feeds), closes it. */
export async function runTransport(
  plugin: TransportPlugin,
  setup: Omit<TestSetup, 'given'> & { readonly chunks?: readonly (readonly string[])[]; readonly format?: string } = {},
): Promise<{ readonly delivered: readonly (DeliveryResult | undefined)[]; readonly report: Report; readonly host: TestHost }> {
  const { format = plugin.formats?.[0] ?? 'json', chunks = [['{"record":1}', '{"record":2}'], ['{"record":3}']] } = setup
  const host = testHost({ plugin, format, ...directoryOf(setup) })
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

/** Records as a page that a transport is sent. */
export function chunkFromRecords(records: readonly string[]): Chunk {
  const chunk = new ChunkBuffer()
  for (const record of records) {
    chunk.text(record)
    chunk.finishRecord()
  }
  return chunk.chunk()
}

/** The records of a page as texts. */
export function recordsFromChunk({ bytes, length, ends }: Chunk): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length }, (_, index) => text.toString('utf8', ends[index - 1] ?? 0, (ends[index] ?? 1) - 1))
}

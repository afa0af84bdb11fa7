// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Delivered, Page } from '../../contract/exporter.js'
import type { ActionPlugin, EncoderPlugin, TransportPlugin } from '../../contract/plugin.js'
import { recordsIn } from '../../contract/record-view.js'
import type { Report } from '../../contract/report.js'
import { type FieldValue, JudgedBatch, type RuleFacts, unjudged, type Verdict } from '../../contract/verdict.js'
import { PageBuffer } from '../../exporter/page.js'
import { SYSFLOW_SOURCE } from '../../../plugins/sysflow/attributes/source.js'
import { batchesOf, verdict } from './batches.js'
import { type TestHost, testHost } from './host.js'
import { directoryOf, type Trial } from './run-stage.js'
import { settingsOf } from './settings.js'

/** What an action did with one record. */
export interface Deed {
  readonly tags: readonly string[]
  readonly fields: Readonly<Record<string, FieldValue>>
}

/** Runs an action on every record, as for a rule that names it as `NAME:ARGUMENT` and matches all of them. */
export async function runAction(
  plugin: ActionPlugin,
  trial: Trial & { readonly argument?: string; readonly rule?: RuleFacts } = {},
): Promise<{ readonly deeds: readonly Deed[]; readonly report: Report; readonly host: TestHost }> {
  const inputType = SYSFLOW_SOURCE.channel
  const host = testHost({ plugin, inputType, outputType: SYSFLOW_SOURCE.judged, ...directoryOf(trial) })
  const action = plugin.create(settingsOf(plugin, trial.options), host)
  const { argument = '', rule = verdict('a rule').rules[0] as RuleFacts } = trial
  const matched: Verdict = { rules: [rule], contextTags: [] }
  const deeds: Deed[] = []
  action.check?.(argument)
  try {
    await action.open?.()
    for (const batch of await batchesOf(SYSFLOW_SOURCE.judged, { ...trial.given, judge: () => matched })) {
      for (const record of recordsIn(batch, SYSFLOW_SOURCE as never)) {
        const tags: string[] = []
        const fields = new Map<string, FieldValue>()
        const tag = (text: string): unknown => tags.push(text)
        action.run({ record, rule, argument, tag, field: (name, value) => fields.set(name, value) })
        deeds.push({ tags, fields: Object.fromEntries(fields) })
      }
      batch.release()
    }
    return { deeds, report: action.report?.() ?? {}, host }
  } finally {
    await action.close?.()
  }
}

/** Every record as the encoder writes it: one text each, without the line feed behind it. */
export async function runEncoder(
  plugin: EncoderPlugin,
  trial: Trial & { readonly inputType?: string; readonly input?: Iterable<Batch> } = {},
): Promise<{ readonly lines: readonly string[]; readonly host: TestHost }> {
  const inputType = trial.inputType ?? plugin.accepts[0] ?? ''
  const host = testHost({ plugin, inputType, format: plugin.name, ...directoryOf(trial) })
  const encoder = plugin.create(settingsOf(plugin, trial.options), host)
  const page = new PageBuffer()
  await encoder.open?.()
  try {
    for (const batch of trial.input ?? (await batchesOf(inputType, trial.given))) {
      const judged = batch instanceof JudgedBatch ? batch : unjudged(batch)
      encoder.encode(judged as JudgedBatch<never>, 0, judged.length, page)
      judged.release()
    }
    return { lines: recordsOf(page.page()), host }
  } finally {
    await encoder.close?.()
  }
}

/** Opens a transport, sends each page of records (texts without line feeds), closes it. */
export async function runTransport(
  plugin: TransportPlugin,
  trial: Omit<Trial, 'given'> & { readonly pages?: readonly (readonly string[])[]; readonly format?: string } = {},
): Promise<{ readonly delivered: readonly (Delivered | undefined)[]; readonly report: Report; readonly host: TestHost }> {
  const { format = plugin.formats?.[0] ?? 'json', pages = [['{"record":1}', '{"record":2}'], ['{"record":3}']] } = trial
  const host = testHost({ plugin, format, ...directoryOf(trial) })
  const transport = plugin.create(settingsOf(plugin, trial.options), host)
  const { signal } = new AbortController()
  const delivered: (Delivered | undefined)[] = []
  await transport.open()
  try {
    transport.begin?.()
    for (const records of pages) delivered.push(await transport.send(pageOf(records), signal))
    await transport.finish?.(signal)
    return { delivered, report: transport.report?.() ?? {}, host }
  } finally {
    await transport.close()
  }
}

/** Records as a page that a transport is sent. */
export function pageOf(records: readonly string[]): Page {
  const page = new PageBuffer()
  for (const record of records) {
    page.text(record)
    page.finishRecord()
  }
  return page.page()
}

/** The records of a page as texts. */
export function recordsOf({ bytes, length, ends }: Page): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length }, (_, index) => text.toString('utf8', ends[index - 1] ?? 0, (ends[index] ?? 1) - 1))
}

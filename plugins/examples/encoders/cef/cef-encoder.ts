// SPDX-License-Identifier: Apache-2.0
import type { Batch, ChunkWriter, Encoder, EncoderHost, EvaluatedBatch, RecordView } from 'sfprocessor/plugin'
import { headerText, truncateText, valueText } from './cef-text.js'
import { EXTENSION_KEYS } from './extension-keys.js'
import { cefSeverityOf, mostSevereRule } from './severity.js'

/** The device fields that every line contains. */
export interface DeviceIdentity {
  readonly vendor: string
  readonly product: string
  readonly version: string
}

export class CefEncoder implements Encoder<Batch> {
  readonly format = 'cef'
  readonly #records: EncoderHost['records']
  readonly #prefix: string

  constructor({ vendor, product, version }: DeviceIdentity, { records }: Pick<EncoderHost, 'records'>) {
    this.#records = records
    this.#prefix = `CEF:0|${[vendor, product, version].map(headerText).join('|')}|`
  }

  encode(batch: EvaluatedBatch<Batch>, from: number, to: number, into: ChunkWriter): void {
    for (const record of this.#records(batch, from, to)) {
      into.text(`${this.#prefix}${header(record)}|${extension(record)}`)
      into.finishRecord()
    }
  }
}

/** `id|name|severity`. For an alert, these come from its most severe rule. */
function header(record: RecordView): string {
  const rule = mostSevereRule(record)
  const type = record.text('sf.type')
  const [id, name] = rule ? [rule.name, rule.name] : [type, TYPE_NAMES[type] ?? type]
  return [headerText(id), headerText(truncateText(name, MAX_NAME_LENGTH)), cefSeverityOf(rule)].join('|')
}

function extension(record: RecordView): string {
  const type = record.text('sf.type')
  const members: string[] = []
  for (const { key, label, types, maxLength, value } of EXTENSION_KEYS) {
    if (types !== undefined && !types.includes(type)) continue
    const text = value(record)
    if (text === '') continue
    members.push(`${key}=${valueText(maxLength === undefined ? text : truncateText(text, maxLength))}`)
    if (label !== undefined) members.push(`${key}Label=${label}`)
  }
  for (const [name, value] of record.matches?.fields ?? [])
    members.push(`ad.${name.replace(/[^A-Za-z0-9_]/g, '_')}=${valueText(String(value))}`)
  return members.join(' ')
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  PE: 'Process event',
  NF: 'Network flow',
  FF: 'File flow',
  FE: 'File event',
  KE: 'Kubernetes event',
}

const MAX_NAME_LENGTH = 512

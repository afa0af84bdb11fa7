// SPDX-License-Identifier: Apache-2.0
import type { Batch, Encoder, EncoderHost, JudgedBatch, PageWriter, RecordView } from 'sfprocessor/plugin'
import { headerText, shortened, valueText } from './cef-text.js'
import { KEYS } from './mapping.js'
import { gravestRule, severityOf } from './severity.js'

/** What every line says of where it comes from. */
export interface Maker {
  readonly vendor: string
  readonly product: string
  readonly version: string
}

export class CefEncoder implements Encoder<Batch> {
  readonly format = 'cef'
  readonly #records: EncoderHost['records']
  readonly #front: string

  constructor({ vendor, product, version }: Maker, { records }: Pick<EncoderHost, 'records'>) {
    this.#records = records
    this.#front = `CEF:0|${[vendor, product, version].map(headerText).join('|')}|`
  }

  encode(batch: JudgedBatch<Batch>, from: number, to: number, into: PageWriter): void {
    for (const record of this.#records(batch, from, to)) {
      into.text(`${this.#front}${header(record)}|${extension(record)}`)
      into.finishRecord()
    }
  }
}

/** `id|name|severity`: of an alert those of its gravest rule. */
function header(record: RecordView): string {
  const rule = gravestRule(record)
  const type = record.text('sf.type')
  const [id, name] = rule ? [rule.name, rule.name] : [type, TYPE_NAMES[type] ?? type]
  return [headerText(id), headerText(shortened(name, LONGEST_NAME)), severityOf(rule)].join('|')
}

function extension(record: RecordView): string {
  const type = record.text('sf.type')
  const members: string[] = []
  for (const { key, label, types, longest, value } of KEYS) {
    if (types !== undefined && !types.includes(type)) continue
    const text = value(record)
    if (text === '') continue
    members.push(`${key}=${valueText(longest === undefined ? text : shortened(text, longest))}`)
    if (label !== undefined) members.push(`${key}Label=${label}`)
  }
  for (const [name, value] of record.verdict?.fields ?? [])
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

const LONGEST_NAME = 512

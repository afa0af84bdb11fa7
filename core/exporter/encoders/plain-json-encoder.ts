// SPDX-License-Identifier: Apache-2.0

import type { AnyValue } from '../../contract/any-value.js'
import type { Batch } from '../../contract/batch.js'
import type { EvaluatedBatch } from '../../contract/evaluated-batch.js'
import type { ChunkWriter, Encoder } from '../../contract/exporter.js'
import type { Host } from '../../contract/host.js'
import { jsonText } from '../json-text.js'
import { jsonRuleMatchText } from './rule-match-fragments.js'

/**
 * Writes records of any kind as JSON objects of one level: their attributes by name, then their rule matches. An attribute whose
 * name is a key of the rule matches gets an underscore as prefix.
 */
export class PlainJsonEncoder implements Encoder<Batch> {
  readonly format = 'json'
  readonly #records: Host['records']

  /** `records`: returns views of the records of the exporter's input. */
  constructor(records: Host['records']) {
    this.#records = records
  }

  encode(batch: EvaluatedBatch<Batch>, from: number, to: number, into: ChunkWriter): void {
    for (const record of this.#records(batch, from, to)) {
      const members = [...record.snapshot()].map(([name, value]) => `,${keyText(name)}:${valueText(value)}`)
      const matchesText = record.matches ? jsonRuleMatchText(record.matches) : ''
      into.text(`{${`${members.join('')}${matchesText}`.slice(1)}}`)
      into.finishRecord()
    }
  }
}

const keyText = (name: string): string => jsonText(RESERVED_KEYS.has(name) ? `_${name}` : name)

/** Bytes are written in base64; numbers that JSON cannot express are null. */
function valueText(value: AnyValue): string {
  switch (typeof value) {
    case 'string':
      return jsonText(value)
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null'
    case 'boolean':
    case 'bigint':
      return String(value)
    default:
      if (value === null) return 'null'
      if (value instanceof Uint8Array) return jsonText(Buffer.from(value).toString('base64'))
      if ('entries' in value && typeof value.entries !== 'function')
        return `{${value.entries.map(entry => `${jsonText(entry.key)}:${valueText(entry.value)}`).join(',')}}`
      return `[${(value as readonly AnyValue[]).map(valueText).join(',')}]`
  }
}

const RESERVED_KEYS = new Set(['policies', 'tags', 'fields'])

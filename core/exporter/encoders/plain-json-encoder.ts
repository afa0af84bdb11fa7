// SPDX-License-Identifier: Apache-2.0

import type { AnyValue } from '../../contract/any-value.js'
import type { Batch } from '../../contract/batch.js'
import type { EvaluatedBatch } from '../../contract/evaluated-batch.js'
import type { ChunkWriter, Encoder } from '../../contract/exporter.js'
import type { Host } from '../../contract/host.js'
import { jsonText } from '../json-text.js'
import { jsonRuleMatchText } from './rule-match-fragments.js'

/**
 * JSON of one level for records of any kind: their attributes by name, then what was judged of them. An attribute that has the
 * name of what was judged is written with an underscore before it.
 */
export class PlainJsonEncoder implements Encoder<Batch> {
  readonly format = 'json'
  readonly #records: Host['records']

  /** `records`: how records of the exporter's input are seen. */
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

/** Bytes in base64; what JSON has no number for is null. */
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

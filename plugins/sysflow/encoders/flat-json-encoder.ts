// SPDX-License-Identifier: Apache-2.0

import type { EvaluatedBatch } from '../../../core/contract/evaluated-batch.js'
import type { ChunkWriter, Encoder } from '../../../core/contract/exporter.js'
import { type DisabledOptimizations, NONE_DISABLED } from '../../../core/contract/host.js'
import { type CacheEntry, cacheEntryOf, type Entity } from '../../../core/contract/record-adapter.js'
import { fragment } from '../../../core/exporter/encoders/fragment.js'
import { jsonRuleMatchFragments } from '../../../core/exporter/encoders/rule-match-fragments.js'
import { jsonText, jsonTexts } from '../../../core/exporter/json-text.js'
import { ATTRIBUTES, type RecordAttribute } from '../attributes/attributes.js'
import { recordTypeName } from '../attributes/derive/names.js'
import type { FileEntity } from '../entities/entities.js'
import type { EventColumns } from '../reader/event-columns.js'
import { FE, FF, KE, NF, PE } from '../reader/event-columns.js'

/**
 * The `flat` format of the first release: every SysFlow attribute of the record's type, by name, at one level. Texts that
 * contain JSON remain texts.
 */
export class FlatJsonEncoder implements Encoder<EventColumns> {
  readonly format = 'json'
  readonly #opening: Buffer
  readonly #ruleMatches = jsonRuleMatchFragments()

  readonly #isCaching: boolean

  /** `schema`: value of `version`, 5 unless a setting overrides it. */
  constructor(schema = 5, disabledOptimizations: DisabledOptimizations = NONE_DISABLED) {
    this.#isCaching = !disabledOptimizations.has('fragments')
    this.#opening = fragment(`{"version":${schema},"record":{`)
  }

  encode(batch: EvaluatedBatch<EventColumns>, from: number, to: number, into: ChunkWriter): void {
    const { records, rows, matches: batchMatches } = batch
    for (let index = from; index < to; index++) {
      const row = rows[index] as number
      const table = TABLES[records.type[row] as number] ?? EMPTY_TABLE
      into.bytes(this.#opening)
      into.text(table.row.map(attribute => memberText(attribute, records, row)).join(','))
      if (table.file.length > 0) into.bytes(this.#members((records.file[row] as FileEntity).name, table.file, records, row))
      if (table.actor.length > 0) into.bytes(this.#members(records.actor[row] as Entity, table.actor, records, row))
      const matches = batchMatches[index]
      into.bytes(CLOSE)
      if (matches) this.#ruleMatches.write(matches, into)
      into.bytes(CLOSE)
      into.finishRecord()
    }
  }

  /** Members that depend only on an entity are the same in all its records, whatever their type. */
  #members(entity: Entity, attributes: readonly RecordAttribute[], records: EventColumns, row: number): Buffer {
    const createEntry = (next: CacheEntry | null): MembersCacheEntry =>
      new MembersCacheEntry(this, next, attributes.map(attribute => `,${memberText(attribute, records, row)}`).join(''))
    return (this.#isCaching ? cacheEntryOf(entity, this, createEntry) : createEntry(null)).bytes
  }
}

class MembersCacheEntry implements CacheEntry {
  readonly bytes: Buffer

  constructor(
    readonly owner: object,
    readonly next: CacheEntry | null,
    text: string,
  ) {
    this.bytes = fragment(text)
  }
}

const memberText = (attribute: RecordAttribute, records: EventColumns, row: number): string =>
  `"${attribute.name}":${valueText(attribute, records, row)}`

function valueText(attribute: RecordAttribute, records: EventColumns, row: number): string {
  switch (attribute.type) {
    case 'text':
    case 'json':
      return jsonText(attribute.read(records, row))
    case 'texts':
      return jsonTexts(attribute.read(records, row))
    case 'numbers':
      return `[${attribute.read(records, row)}]`
    case 'number':
    case 'boolean':
    case 'clock':
      return String(attribute.read(records, row))
    default:
      return attribute satisfies never
  }
}

interface AttributeTable {
  readonly row: readonly RecordAttribute[]
  readonly file: readonly RecordAttribute[]
  readonly actor: readonly RecordAttribute[]
}

function tableOf(type: number): AttributeTable {
  const name = recordTypeName(type)
  const applicable = ATTRIBUTES.filter(attribute => attribute.name.startsWith('sf.') && attribute.recordTypes.includes(name))
  const dependentOn = (entity: string): RecordAttribute[] => applicable.filter(({ dependsOn }) => dependsOn === entity)
  return {
    row: applicable.filter(({ dependsOn }) => dependsOn !== 'file' && dependsOn !== 'actor'),
    file: dependentOn('file'),
    actor: dependentOn('actor'),
  }
}

const EMPTY_TABLE: AttributeTable = { row: [], file: [], actor: [] }
/** Attribute tables by record type. */
const TABLES: readonly AttributeTable[] = Array.from({ length: KE + 1 }, (_, type) =>
  [PE, NF, FF, FE, KE].includes(type) ? tableOf(type) : EMPTY_TABLE,
)
const CLOSE = fragment('}')

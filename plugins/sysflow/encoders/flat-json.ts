// SPDX-License-Identifier: Apache-2.0
import type { Encoder, PageWriter } from '../../../core/contract/exporter.js'
import { WITHOUT_NOTHING, type Without } from '../../../core/contract/optimisation.js'
import { type Entity, type Memo, memoOf } from '../../../core/contract/source.js'
import type { JudgedBatch } from '../../../core/contract/verdict.js'
import { ATTRIBUTES, type RecordAttribute } from '../attributes/attributes.js'
import { recordTypeName } from '../attributes/derive/names.js'
import type { FileEntity } from '../entities/entities.js'
import type { EventColumns } from '../reader/event-columns.js'
import { FE, FF, KE, NF, PE } from '../reader/event-columns.js'
import { jsonText, jsonTexts } from '../../../core/exporter/json-text.js'
import { fragment } from '../../../core/exporter/encoders/fragment.js'
import { jsonVerdicts } from './verdict-fragments.js'

/**
 * The form of the first release's `flat`: every SysFlow attribute that the record's type has, by its name, at one level.
 * Texts that hold JSON stay texts.
 */
export class FlatJsonEncoder implements Encoder<EventColumns> {
  readonly format = 'json'
  readonly #opening: Buffer
  readonly #verdicts = jsonVerdicts()

  readonly #keeps: boolean

  /** `schema`: what `version` says, 5 unless a setting overrides it. */
  constructor(schema = 5, without: Without = WITHOUT_NOTHING) {
    this.#keeps = !without.has('fragments')
    this.#opening = fragment(`{"version":${schema},"record":{`)
  }

  encode(batch: JudgedBatch<EventColumns>, from: number, to: number, into: PageWriter): void {
    const { records, rows, verdicts } = batch
    for (let index = from; index < to; index++) {
      const row = rows[index] as number
      const table = TABLES[records.type[row] as number] ?? NO_TABLE
      into.bytes(this.#opening)
      into.text(table.row.map(attribute => memberText(attribute, records, row)).join(','))
      if (table.file.length > 0) into.bytes(this.#members((records.file[row] as FileEntity).name, table.file, records, row))
      if (table.actor.length > 0) into.bytes(this.#members(records.actor[row] as Entity, table.actor, records, row))
      const verdict = verdicts[index]
      into.bytes(CLOSE)
      if (verdict) this.#verdicts.write(verdict, into)
      into.bytes(CLOSE)
      into.finishRecord()
    }
  }

  /** What depends on an entity alone is the same in all its records, whatever their type. */
  #members(entity: Entity, attributes: readonly RecordAttribute[], records: EventColumns, row: number): Buffer {
    const make = (next: Memo | null): Members =>
      new Members(this, next, attributes.map(one => `,${memberText(one, records, row)}`).join(''))
    return (this.#keeps ? memoOf(entity, this, make) : make(null)).bytes
  }
}

class Members implements Memo {
  readonly bytes: Buffer

  constructor(
    readonly owner: object,
    readonly next: Memo | null,
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

interface Table {
  readonly row: readonly RecordAttribute[]
  readonly file: readonly RecordAttribute[]
  readonly actor: readonly RecordAttribute[]
}

function tableOf(type: number): Table {
  const name = recordTypeName(type)
  const own = ATTRIBUTES.filter(attribute => attribute.name.startsWith('sf.') && attribute.types.includes(name))
  const on = (entity: string): RecordAttribute[] => own.filter(({ dependsOn }) => dependsOn === entity)
  return {
    row: own.filter(({ dependsOn }) => dependsOn !== 'file' && dependsOn !== 'actor'),
    file: on('file'),
    actor: on('actor'),
  }
}

const NO_TABLE: Table = { row: [], file: [], actor: [] }
/** By record type. */
const TABLES: readonly Table[] = Array.from({ length: KE + 1 }, (_, type) =>
  [PE, NF, FF, FE, KE].includes(type) ? tableOf(type) : NO_TABLE,
)
const CLOSE = fragment('}')

// SPDX-License-Identifier: Apache-2.0
import type { AnyValue, KeyedValue } from '../../../core/contract/any-value.js'
import type { Encoder, PageWriter } from '../../../core/contract/exporter.js'
import { type Entity, type Memo, memoOf } from '../../../core/contract/source.js'
import type { JudgedBatch, Verdict } from '../../../core/contract/verdict.js'
import { ATTRIBUTES, type RecordAttribute } from '../attributes/attributes.js'
import { operationNames } from '../attributes/derive/flags.js'
import { recordTypeName } from '../attributes/derive/names.js'
import type { Actor, Header } from '../entities/entities.js'
import { type EventColumns, FE, FF, KE, NF, PE } from '../reader/event-columns.js'
import { jsonText } from '../../../core/exporter/json-text.js'
import { attributesText, keyedText, verdictAttributes } from '../../otel/otel-json.js'
import { severityOf } from '../../otel/otel-severity.js'

/**
 * SysFlow records as log records of OpenTelemetry: one `ResourceLogs` in OTLP/JSON a record. The resource is the host and
 * container, attributes are those of `docs/attributes.md` that say something, the body names the rules that matched or, without
 * any, the operations.
 */
export class SysFlowOtelEncoder implements Encoder<EventColumns> {
  readonly format = 'otel'
  readonly #scope: string

  constructor(version: string) {
    this.#scope = `]},"scopeLogs":[{"scope":{"name":"sfprocessor","version":${jsonText(version)}},"logRecords":[{"timeUnixNano":"`
  }

  encode({ records, rows, verdicts }: JudgedBatch<EventColumns>, from: number, to: number, into: PageWriter): void {
    const host = hostText(records.header)
    for (let index = from; index < to; index++) {
      const row = rows[index] as number
      const verdict = verdicts[index] ?? null
      const type = records.type[row] as number
      const table = TABLES[type] ?? NO_TABLE
      const actor = this.#actor(records.actor[row] as Actor, table, records, row)
      into.text(`{"resource":{"attributes":[${host}${actor.resource}${this.#scope}`)
      into.clock(records.tsHigh[row] as number, records.tsLow[row] as number)
      into.text(
        `"${severityText(verdict)},"body":{"stringValue":${jsonText(bodyOf(records, row, type, verdict))}},"attributes":[`,
      )
      into.text(
        [...table.row.flatMap(one => attributeText(one, records, row)), ...actor.attributes, ...verdictTexts(verdict)].join(),
      )
      into.text(']}]}]}')
      into.finishRecord()
    }
  }

  #actor(actor: Actor, table: Table, records: EventColumns, row: number): ActorTexts {
    if (table.actor.length === 0) return NOBODY
    return memoOf(actor as Entity, this, next => new ActorMemo(this, next, actor, table, records, row))
  }
}

interface ActorTexts {
  /** Further attributes of the resource, each with a comma before it. */
  readonly resource: string
  readonly attributes: readonly string[]
}

const NOBODY: ActorTexts = { resource: '', attributes: [] }

/** What depends on the actor alone is the same in all its records. */
class ActorMemo implements Memo, ActorTexts {
  readonly resource: string
  readonly attributes: readonly string[]

  constructor(
    readonly owner: object,
    readonly next: Memo | null,
    { container, pod }: Actor,
    table: Table,
    records: EventColumns,
    row: number,
  ) {
    this.resource = [
      ['container.id', container.id],
      ['container.name', container.name],
      ['container.image.name', container.image],
      ['k8s.pod.uid', pod.id],
      ['k8s.pod.name', pod.name],
      ['k8s.namespace.name', pod.namespace],
      ['k8s.node.name', pod.nodeName],
    ]
      .flatMap(([key = '', value = '']) => (value === '' ? [] : [`,${keyedText({ key, value })}`]))
      .join('')
    this.attributes = table.actor.flatMap(one => attributeText(one, records, row))
  }
}

const hostText = ({ exporter, ip }: Header): string => {
  const entries: KeyedValue[] = [{ key: 'service.name', value: 'sfprocessor' }]
  if (exporter !== '') entries.push({ key: 'host.name', value: exporter })
  if (ip !== '' && ip !== 'NA') entries.push({ key: 'host.ip', value: [ip] })
  return attributesText(entries).slice(1, -1)
}

function severityText(verdict: Verdict | null): string {
  if (verdict === null) return ''
  const { number, text } = severityOf(verdict)
  return number === 0 ? '' : `,"severityNumber":${number},"severityText":"${text}"`
}

const verdictTexts = (verdict: Verdict | null): readonly string[] =>
  verdict === null ? [] : verdictAttributes(verdict).map(keyedText)

function bodyOf(records: EventColumns, row: number, type: number, verdict: Verdict | null): string {
  if (verdict !== null && verdict.rules.length > 0) return verdict.rules.map(({ name }) => name).join(', ')
  return [recordTypeName(type), ...operationNames(records.opFlags[row] as number, type === NF)].join(' ')
}

/** Nothing for what says nothing: an empty text or list, a clock at 0. */
function attributeText(attribute: RecordAttribute, records: EventColumns, row: number): readonly string[] {
  const value = anyOf(attribute, records, row)
  if (value === '' || (Array.isArray(value) && value.length === 0) || (attribute.type === 'clock' && value === 0n)) return []
  return [keyedText({ key: attribute.name, value })]
}

function anyOf(attribute: RecordAttribute, records: EventColumns, row: number): AnyValue {
  switch (attribute.type) {
    case 'number':
      return numberValue(attribute.read(records, row))
    case 'numbers':
      return attribute.read(records, row).map(numberValue)
    case 'text':
    case 'json':
    case 'texts':
    case 'boolean':
    case 'clock':
      return attribute.read(records, row)
    default:
      return attribute satisfies never
  }
}

const numberValue = (number: number): bigint | number => (Number.isInteger(number) ? BigInt(number) : number)

interface Table {
  readonly row: readonly RecordAttribute[]
  readonly actor: readonly RecordAttribute[]
}

function tableOf(type: number): Table {
  const name = recordTypeName(type)
  const own = ATTRIBUTES.filter(attribute => attribute.name.startsWith('sf.') && attribute.types.includes(name))
  return {
    row: own.filter(({ dependsOn }) => dependsOn !== 'actor'),
    actor: own.filter(({ dependsOn }) => dependsOn === 'actor'),
  }
}

const NO_TABLE: Table = { row: [], actor: [] }
/** By record type. */
const TABLES: readonly Table[] = Array.from({ length: KE + 1 }, (_, type) =>
  [PE, NF, FF, FE, KE].includes(type) ? tableOf(type) : NO_TABLE,
)

// SPDX-License-Identifier: Apache-2.0
import type { AnyValue, KeyedValue } from '../../../core/contract/any-value.js'
import type { EvaluatedBatch, RuleMatches } from '../../../core/contract/evaluated-batch.js'
import type { ChunkWriter, Encoder } from '../../../core/contract/exporter.js'
import { type CacheEntry, cacheEntryOf, type Entity } from '../../../core/contract/record-adapter.js'
import { jsonText } from '../../../core/exporter/json-text.js'
import { attributesText, keyValueText, ruleMatchAttributes } from '../../../core/exporter/otlp/otlp-json.js'
import { otelSeverityOf } from '../../../core/exporter/otlp/otlp-severity.js'
import { ATTRIBUTES, type RecordAttribute } from '../attributes/attributes.js'
import { operationNames } from '../attributes/derive/flags.js'
import { recordTypeName } from '../attributes/derive/names.js'
import type { Actor, Header } from '../entities/entities.js'
import { type EventColumns, FE, FF, KE, NF, PE } from '../reader/event-columns.js'

/**
 * Encodes SysFlow records as OpenTelemetry log records: one `ResourceLogs` in OTLP/JSON per record. The resource is the host
 * and container. The attributes are the non-empty ones of `docs/attributes.md`. The body names the rules that matched or, if
 * none matched, the operations.
 */
export class SysFlowOtelEncoder implements Encoder<EventColumns> {
  readonly format = 'otel'
  readonly #scopePrefix: string

  constructor(version: string) {
    this.#scopePrefix = `]},"scopeLogs":[{"scope":{"name":"sfprocessor","version":${jsonText(version)}},"logRecords":[{"timeUnixNano":"`
  }

  encode(
    { records, rows, matches: batchMatches }: EvaluatedBatch<EventColumns>,
    from: number,
    to: number,
    into: ChunkWriter,
  ): void {
    const host = hostText(records.header)
    for (let index = from; index < to; index++) {
      const row = rows[index] as number
      const matches = batchMatches[index] ?? null
      const type = records.type[row] as number
      const table = TABLES[type] ?? EMPTY_TABLE
      const actor = this.#actorTextsOf(records.actor[row] as Actor, table, records, row)
      into.text(`{"resource":{"attributes":[${host}${actor.resource}${this.#scopePrefix}`)
      into.int64(records.tsHigh[row] as number, records.tsLow[row] as number)
      into.text(
        `"${severityText(matches)},"body":{"stringValue":${jsonText(bodyOf(records, row, type, matches))}},"attributes":[`,
      )
      into.text(
        [
          ...table.row.flatMap(attribute => attributeText(attribute, records, row)),
          ...actor.attributes,
          ...ruleMatchTexts(matches),
        ].join(),
      )
      into.text(']}]}]}')
      into.finishRecord()
    }
  }

  #actorTextsOf(actor: Actor, table: AttributeTable, records: EventColumns, row: number): ActorTexts {
    if (table.actor.length === 0) return NO_ACTOR
    return cacheEntryOf(actor as Entity, this, next => new ActorCacheEntry(this, next, actor, table, records, row))
  }
}

interface ActorTexts {
  /** Further attributes of the resource, each with a leading comma. */
  readonly resource: string
  readonly attributes: readonly string[]
}

const NO_ACTOR: ActorTexts = { resource: '', attributes: [] }

/** Parts that depend only on the actor are the same in all its records. */
class ActorCacheEntry implements CacheEntry, ActorTexts {
  readonly resource: string
  readonly attributes: readonly string[]

  constructor(
    readonly owner: object,
    readonly next: CacheEntry | null,
    { container, pod }: Actor,
    table: AttributeTable,
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
      .flatMap(([key = '', value = '']) => (value === '' ? [] : [`,${keyValueText({ key, value })}`]))
      .join('')
    this.attributes = table.actor.flatMap(attribute => attributeText(attribute, records, row))
  }
}

const hostText = ({ exporter, ip }: Header): string => {
  const entries: KeyedValue[] = [{ key: 'service.name', value: 'sfprocessor' }]
  if (exporter !== '') entries.push({ key: 'host.name', value: exporter })
  if (ip !== '' && ip !== 'NA') entries.push({ key: 'host.ip', value: [ip] })
  return attributesText(entries).slice(1, -1)
}

function severityText(matches: RuleMatches | null): string {
  if (matches === null) return ''
  const { number, text } = otelSeverityOf(matches)
  return number === 0 ? '' : `,"severityNumber":${number},"severityText":"${text}"`
}

const RULE_MATCH_PREFIX = 'sf.processor'

const ruleMatchTexts = (matches: RuleMatches | null): readonly string[] =>
  matches === null ? [] : ruleMatchAttributes(matches, RULE_MATCH_PREFIX).map(keyValueText)

function bodyOf(records: EventColumns, row: number, type: number, matches: RuleMatches | null): string {
  if (matches !== null && matches.rules.length > 0) return matches.rules.map(({ name }) => name).join(', ')
  return [recordTypeName(type), ...operationNames(records.opFlags[row] as number, type === NF)].join(' ')
}

/** Returns an empty list for an empty value: an empty text or list, a clock at 0. */
function attributeText(attribute: RecordAttribute, records: EventColumns, row: number): readonly string[] {
  const value = anyValueOf(attribute, records, row)
  if (value === '' || (Array.isArray(value) && value.length === 0) || (attribute.type === 'clock' && value === 0n)) return []
  return [keyValueText({ key: attribute.name, value })]
}

function anyValueOf(attribute: RecordAttribute, records: EventColumns, row: number): AnyValue {
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

interface AttributeTable {
  readonly row: readonly RecordAttribute[]
  readonly actor: readonly RecordAttribute[]
}

function tableOf(type: number): AttributeTable {
  const name = recordTypeName(type)
  const applicable = ATTRIBUTES.filter(attribute => attribute.name.startsWith('sf.') && attribute.recordTypes.includes(name))
  return {
    row: applicable.filter(({ dependsOn }) => dependsOn !== 'actor'),
    actor: applicable.filter(({ dependsOn }) => dependsOn === 'actor'),
  }
}

const EMPTY_TABLE: AttributeTable = { row: [], actor: [] }
/** Attribute tables by record type. */
const TABLES: readonly AttributeTable[] = Array.from({ length: KE + 1 }, (_, type) =>
  [PE, NF, FF, FE, KE].includes(type) ? tableOf(type) : EMPTY_TABLE,
)

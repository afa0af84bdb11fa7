// SPDX-License-Identifier: Apache-2.0
import { type AnyValue, type KeyedValue, kindOfAny } from '../../contract/any-value.js'
import type { ActionFieldValue, RuleMatches } from '../../contract/evaluated-batch.js'
import { jsonText } from '../json-text.js'
import type { LogRecord, Resource, Scope } from './log-records.js'

/** Parts of log data in OTLP/JSON: names in camel case, 64-bit integers as texts, ids in hex, empty fields left out. */

/** `{"resource":{…},"scopeLogs":[…],"schemaUrl":…}`; `scopes` are their elements. */
export const resourceLogsText = (resource: Resource, scopes: string): string =>
  `{"resource":{${membersText(attributeMembers(resource))}},"scopeLogs":[${scopes}]${schemaText(resource.schemaUrl)}}`

/** `{"scope":{…},"logRecords":[…],"schemaUrl":…}` */
export function scopeLogsText(scope: Scope, records: string): string {
  const members = [...textMember('name', scope.name), ...textMember('version', scope.version), ...attributeMembers(scope)]
  return `{"scope":{${membersText(members)}},"logRecords":[${records}]${schemaText(scope.schemaUrl)}}`
}

export function logRecordText(record: LogRecord): string {
  return `{${membersText([
    ...clockMember('timeUnixNano', record.time),
    ...clockMember('observedTimeUnixNano', record.observed),
    ...numberMember('severityNumber', record.severity),
    ...textMember('severityText', record.severityText),
    ...(record.body === undefined ? [] : [`"body":${anyText(record.body)}`]),
    ...attributeMembers(record),
    ...numberMember('flags', record.flags),
    ...textMember('traceId', record.traceId),
    ...textMember('spanId', record.spanId),
    ...textMember('eventName', record.eventName),
  ])}}`
}

export const attributesText = (entries: readonly KeyedValue[]): string => `[${entries.map(keyValueText).join(',')}]`

export const keyValueText = ({ key, value }: KeyedValue): string => `{"key":${jsonText(key)},"value":${anyText(value)}}`

/** The rule matches as attributes of a log record; their keys begin with `prefix` and a point. */
export const ruleMatchAttributes = (
  { rules, contextTags, fields = NO_FIELDS }: RuleMatches,
  prefix: string,
): readonly KeyedValue[] => [
  { key: `${prefix}.rules`, value: rules.map(({ name }) => name) },
  { key: `${prefix}.tags`, value: [...new Set([...contextTags, ...rules.flatMap(({ tags }) => tags)])] },
  ...[...fields].map(([name, value]) => ({ key: `${prefix}.fields.${name}`, value: attributeValue(value) })),
]

const NO_FIELDS: ReadonlyMap<string, ActionFieldValue> = new Map()

/** OTLP integers are signed 64-bit numbers; a larger one is written as a text. */
function attributeValue(value: ActionFieldValue): AnyValue {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : String(value)
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
}

function anyText(value: AnyValue): string {
  const kind = kindOfAny(value)
  switch (kind) {
    case 'text':
      return `{"stringValue":${jsonText(value as string)}}`
    case 'boolean':
      return `{"boolValue":${value}}`
    case 'whole':
      return `{"intValue":"${value}"}`
    case 'number':
      return `{"doubleValue":${Number.isFinite(value) ? value : `"${value}"`}}`
    case 'bytes':
      return `{"bytesValue":"${Buffer.from(value as Uint8Array).toString('base64')}"}`
    case 'list':
      return `{"arrayValue":{"values":[${(value as readonly AnyValue[]).map(anyText).join(',')}]}}`
    case 'keyed':
      return `{"kvlistValue":{"values":${attributesText((value as { readonly entries: readonly KeyedValue[] }).entries)}}}`
    case 'nothing':
      return '{}'
    default:
      return kind satisfies never
  }
}

const attributeMembers = ({ attributes, dropped }: Pick<LogRecord, 'attributes' | 'dropped'>): readonly string[] => [
  ...(attributes.entries.length === 0 ? [] : [`"attributes":${attributesText(attributes.entries)}`]),
  ...numberMember('droppedAttributesCount', dropped),
]

const textMember = (name: string, text: string): readonly string[] => (text === '' ? [] : [`"${name}":${jsonText(text)}`])
const numberMember = (name: string, number: number): readonly string[] => (number === 0 ? [] : [`"${name}":${number}`])
const clockMember = (name: string, clock: bigint): readonly string[] => (clock === 0n ? [] : [`"${name}":"${clock}"`])
const schemaText = (url: string): string => (url === '' ? '' : `,"schemaUrl":${jsonText(url)}`)
const membersText = (members: readonly string[]): string => members.join(',')

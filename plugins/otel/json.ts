// SPDX-License-Identifier: Apache-2.0
import type { AnyValue, KeyedValue } from '../../core/contract/any-value.js'
import {
  Attributes,
  DEEPEST,
  type LogRecord,
  NO_ATTRIBUTES,
  OtelFormatError,
  type Resource,
  type ResourceLogs,
  type Scope,
  type ScopeLogs,
} from './log-records.js'

/**
 * Log data in JSON: one `ResourceLogs`, a `LogsData` with several, or an array of either. Names may be written as OTLP/JSON
 * does (`timeUnixNano`), with underscores, or as the Go library dumps them (`"Value": {"StringValue": ...}`); whole numbers as
 * texts or as numbers of any length. Unknown names are passed over. Throws an {@link OtelFormatError}.
 */
export function readJson(text: string): readonly ResourceLogs[] {
  let value: unknown
  try {
    value = JSON.parse(withLongNumbersQuoted(text))
  } catch (error) {
    throw new OtelFormatError(error instanceof Error ? error.message : String(error))
  }
  return logsIn(value, 'top level')
}

export const readJsonBytes = (bytes: Buffer): readonly ResourceLogs[] => readJson(bytes.toString('utf8'))

function logsIn(value: unknown, where: string): readonly ResourceLogs[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => logsIn(one, `element ${index} of the array`))
  const data = objectIn(value, where)
  const all = field(data, 'resourceLogs', 'resource_logs')
  if (all !== undefined) return arrayIn(all, 'resourceLogs').map(resourceLogs)
  const hasLogs = ['resource', 'scopeLogs', 'scope_logs', 'instrumentationLibraryLogs'].some(name => name in data)
  if (!hasLogs && Object.keys(data).length > 0) throw new OtelFormatError(`${where} has neither resourceLogs nor scopeLogs`)
  return [resourceLogs(data)]
}

function resourceLogs(value: unknown): ResourceLogs {
  const data = objectIn(value, 'an element of resourceLogs')
  const resource = objectIn(field(data, 'resource') ?? {}, 'resource')
  const scopes = arrayIn(field(data, 'scopeLogs', 'scope_logs', 'instrumentationLibraryLogs') ?? [], 'scopeLogs')
  return {
    resource: { ...attributed(resource), schemaUrl: textOf(data, 'schemaUrl', 'schema_url') } satisfies Resource,
    scopes: scopes.map(scopeLogs),
  }
}

function scopeLogs(value: unknown): ScopeLogs {
  const data = objectIn(value, 'an element of scopeLogs')
  const scope = objectIn(field(data, 'scope', 'instrumentationLibrary') ?? {}, 'scope')
  const records = arrayIn(field(data, 'logRecords', 'log_records', 'logs') ?? [], 'logRecords')
  return {
    scope: {
      ...attributed(scope),
      name: textOf(scope, 'name'),
      version: textOf(scope, 'version'),
      schemaUrl: textOf(data, 'schemaUrl', 'schema_url'),
    } satisfies Scope,
    records: records.map(logRecord),
  }
}

function logRecord(value: unknown): LogRecord {
  const data = objectIn(value, 'an element of logRecords')
  const body = field(data, 'body')
  return {
    ...attributed(data),
    time: wholeOf(data, 'timeUnixNano', 'time_unix_nano'),
    observed: wholeOf(data, 'observedTimeUnixNano', 'observed_time_unix_nano'),
    severity: severityOf(field(data, 'severityNumber', 'severity_number')),
    severityText: textOf(data, 'severityText', 'severity_text'),
    body: body === undefined ? undefined : anyValue(body, 0),
    flags: Number(wholeOf(data, 'flags')),
    traceId: idOf(data, 'traceId', 'trace_id'),
    spanId: idOf(data, 'spanId', 'span_id'),
    eventName: textOf(data, 'eventName', 'event_name'),
  }
}

function attributed(data: Data): { readonly attributes: Attributes; readonly dropped: number } {
  const entries = keyedValues(field(data, 'attributes') ?? [], 0)
  return {
    attributes: entries.length === 0 ? NO_ATTRIBUTES : new Attributes(entries),
    dropped: Number(wholeOf(data, 'droppedAttributesCount', 'dropped_attributes_count')),
  }
}

function keyedValues(value: unknown, depth: number): readonly KeyedValue[] {
  return arrayIn(value, 'attributes').map(one => {
    const data = objectIn(one, 'an attribute')
    const inside = field(data, 'value')
    return { key: textOf(data, 'key'), value: inside === undefined ? null : anyValue(inside, depth) }
  })
}

function anyValue(value: unknown, depth: number): AnyValue {
  if (depth > DEEPEST) throw new OtelFormatError(`a value is nested more than ${DEEPEST} levels deep`)
  const outer = objectIn(value, 'a value')
  const dumped = field(outer, 'Value')
  const data = dumped === undefined ? outer : objectIn(dumped, 'a value')
  for (const [name, inside] of Object.entries(data)) {
    if (inside === null) continue
    switch (name.replaceAll('_', '').toLowerCase()) {
      case 'stringvalue':
        return textIn(inside, name)
      case 'boolvalue':
        if (typeof inside !== 'boolean') throw new OtelFormatError(`${name} is no boolean`)
        return inside
      case 'intvalue':
        return BigInt.asIntN(64, wholeIn(inside, name))
      case 'doublevalue':
        return doubleIn(inside, name)
      case 'bytesvalue':
        return Buffer.from(textIn(inside, name), 'base64')
      case 'arrayvalue': {
        const values = field(objectIn(inside, name), 'values') ?? []
        return arrayIn(values, name).map(one => anyValue(one, depth + 1))
      }
      case 'kvlistvalue':
        return { entries: keyedValues(field(objectIn(inside, name), 'values') ?? [], depth + 1) }
      default:
    }
  }
  return null
}

type Data = Readonly<Record<string, unknown>>

/** Undefined where none of the names is there; null counts as not there. */
function field(data: Data, ...names: readonly string[]): unknown {
  for (const name of names) if (Object.hasOwn(data, name) && data[name] !== null) return data[name]
  return undefined
}

function objectIn(value: unknown, where: string): Data {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new OtelFormatError(`${where} is no object`)
  return value as Data
}

function arrayIn(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new OtelFormatError(`${where} is no array`)
  return value
}

function textIn(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new OtelFormatError(`${where} is no text`)
  return value
}

const textOf = (data: Data, ...names: readonly string[]): string => textIn(field(data, ...names) ?? '', names[0] ?? '')

const wholeOf = (data: Data, ...names: readonly string[]): bigint => wholeIn(field(data, ...names) ?? 0, names[0] ?? '')

function wholeIn(value: unknown, where: string): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value)
  throw new OtelFormatError(`${where} is no whole number`)
}

function doubleIn(value: unknown, where: string): number {
  if (typeof value === 'number') return value
  if (typeof value === 'string' && /^(NaN|-?Infinity|-?\d[\d.eE+-]*)$/.test(value)) return Number(value)
  throw new OtelFormatError(`${where} is no number`)
}

/** OTLP/JSON has the number; others write the name of the constant. */
function severityOf(value: unknown): number {
  if (value === undefined) return 0
  if (typeof value === 'number' && value >= 0 && value <= 24) return Math.floor(value)
  const name = /^SEVERITY_NUMBER_(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)([234]?)$/.exec(String(value))
  if (!name) return 0
  return ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].indexOf(name[1] ?? '') * 4 + Number(name[2] || 1)
}

/** OTLP/JSON has hex digits; the Go library dumps Base64. */
function idOf(data: Data, ...names: readonly string[]): string {
  const text = textOf(data, ...names)
  return /^[0-9a-fA-F]*$/.test(text) && text.length % 4 === 0 ? text.toLowerCase() : Buffer.from(text, 'base64').toString('hex')
}

/** Numbers that JavaScript would round; what stands in texts is passed over. */
const withLongNumbersQuoted = (text: string): string =>
  /[:[,]\s*-?\d{16}/.test(text)
    ? text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,20}(?![\d.eE])/g, token => (token.startsWith('"') ? token : `"${token}"`))
    : text

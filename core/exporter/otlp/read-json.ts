// SPDX-License-Identifier: Apache-2.0

import type { AnyValue, KeyedValue } from '../../contract/any-value.js'
import { isObject } from '../../contract/objects.js'
import {
  Attributes,
  type LogRecord,
  MAX_VALUE_DEPTH,
  NO_ATTRIBUTES,
  OtelFormatError,
  type Resource,
  type ResourceLogs,
  type Scope,
  type ScopeLogs,
} from './log-records.js'

/**
 * Reads log data in JSON: one `ResourceLogs`, a `LogsData` with several, or an array of either. Accepts names as OTLP/JSON writes
 * them (`timeUnixNano`), with underscores, or as the Go library dumps them (`"Value": {"StringValue": ...}`), and integers as
 * texts or as numbers of any length. Ignores unknown names. Throws an {@link OtelFormatError}.
 */
export function readJson(text: string): readonly ResourceLogs[] {
  let value: unknown
  try {
    value = JSON.parse(quoteLongNumbers(text))
  } catch (error) {
    throw new OtelFormatError(error instanceof Error ? error.message : String(error))
  }
  return resourceLogsIn(value, 'top level')
}

export const readJsonBytes = (bytes: Buffer): readonly ResourceLogs[] => readJson(bytes.toString('utf8'))

function resourceLogsIn(value: unknown, where: string): readonly ResourceLogs[] {
  if (Array.isArray(value)) return value.flatMap((element, index) => resourceLogsIn(element, `element ${index} of the array`))
  const data = objectIn(value, where)
  const all = field(data, 'resourceLogs', 'resource_logs')
  if (all !== undefined) return arrayIn(all, 'resourceLogs').map(resourceLogsOf)
  const hasLogs = ['resource', 'scopeLogs', 'scope_logs', 'instrumentationLibraryLogs'].some(name => name in data)
  if (!hasLogs && Object.keys(data).length > 0) throw new OtelFormatError(`${where} has neither resourceLogs nor scopeLogs`)
  return [resourceLogsOf(data)]
}

function resourceLogsOf(value: unknown): ResourceLogs {
  const data = objectIn(value, 'an element of resourceLogs')
  const resource = objectIn(field(data, 'resource') ?? {}, 'resource')
  const scopes = arrayIn(field(data, 'scopeLogs', 'scope_logs', 'instrumentationLibraryLogs') ?? [], 'scopeLogs')
  return {
    resource: { ...attributesOf(resource), schemaUrl: textOf(data, 'schemaUrl', 'schema_url') } satisfies Resource,
    scopes: scopes.map(scopeLogsOf),
  }
}

function scopeLogsOf(value: unknown): ScopeLogs {
  const data = objectIn(value, 'an element of scopeLogs')
  const scope = objectIn(field(data, 'scope', 'instrumentationLibrary') ?? {}, 'scope')
  const records = arrayIn(field(data, 'logRecords', 'log_records', 'logs') ?? [], 'logRecords')
  return {
    scope: {
      ...attributesOf(scope),
      name: textOf(scope, 'name'),
      version: textOf(scope, 'version'),
      schemaUrl: textOf(data, 'schemaUrl', 'schema_url'),
    } satisfies Scope,
    records: records.map(logRecordOf),
  }
}

function logRecordOf(value: unknown): LogRecord {
  const data = objectIn(value, 'an element of logRecords')
  const body = field(data, 'body')
  return {
    ...attributesOf(data),
    time: integerOf(data, 'timeUnixNano', 'time_unix_nano'),
    observed: integerOf(data, 'observedTimeUnixNano', 'observed_time_unix_nano'),
    severity: severityNumberOf(field(data, 'severityNumber', 'severity_number')),
    severityText: textOf(data, 'severityText', 'severity_text'),
    body: body === undefined ? undefined : anyValueOf(body, 0),
    flags: Number(integerOf(data, 'flags')),
    traceId: idOf(data, 'traceId', 'trace_id'),
    spanId: idOf(data, 'spanId', 'span_id'),
    eventName: textOf(data, 'eventName', 'event_name'),
  }
}

function attributesOf(data: JsonObject): { readonly attributes: Attributes; readonly dropped: number } {
  const entries = keyValuesOf(field(data, 'attributes') ?? [], 0)
  return {
    attributes: entries.length === 0 ? NO_ATTRIBUTES : new Attributes(entries),
    dropped: Number(integerOf(data, 'droppedAttributesCount', 'dropped_attributes_count')),
  }
}

function keyValuesOf(value: unknown, depth: number): readonly KeyedValue[] {
  return arrayIn(value, 'attributes').map(element => {
    const data = objectIn(element, 'an attribute')
    const innerValue = field(data, 'value')
    return { key: textOf(data, 'key'), value: innerValue === undefined ? null : anyValueOf(innerValue, depth) }
  })
}

function anyValueOf(value: unknown, depth: number): AnyValue {
  if (depth > MAX_VALUE_DEPTH) throw new OtelFormatError(`a value has more than ${MAX_VALUE_DEPTH} nested levels`)
  const outer = objectIn(value, 'a value')
  const wrapped = field(outer, 'Value')
  const data = wrapped === undefined ? outer : objectIn(wrapped, 'a value')
  for (const [name, innerValue] of Object.entries(data)) {
    if (innerValue === null) continue
    switch (name.replaceAll('_', '').toLowerCase()) {
      case 'stringvalue':
        return textIn(innerValue, name)
      case 'boolvalue':
        if (typeof innerValue !== 'boolean') throw new OtelFormatError(`${name} is not a boolean`)
        return innerValue
      case 'intvalue':
        return BigInt.asIntN(64, integerIn(innerValue, name))
      case 'doublevalue':
        return doubleIn(innerValue, name)
      case 'bytesvalue':
        return Buffer.from(textIn(innerValue, name), 'base64')
      case 'arrayvalue': {
        const values = field(objectIn(innerValue, name), 'values') ?? []
        return arrayIn(values, name).map(element => anyValueOf(element, depth + 1))
      }
      case 'kvlistvalue':
        return { entries: keyValuesOf(field(objectIn(innerValue, name), 'values') ?? [], depth + 1) }
      default:
    }
  }
  return null
}

type JsonObject = Readonly<Record<string, unknown>>

/** The value of the first name that is present; undefined if none is. null counts as absent. */
function field(data: JsonObject, ...names: readonly string[]): unknown {
  for (const name of names) if (Object.hasOwn(data, name) && data[name] !== null) return data[name]
  return undefined
}

function objectIn(value: unknown, where: string): JsonObject {
  if (!isObject(value)) throw new OtelFormatError(`${where} is not an object`)
  return value
}

function arrayIn(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new OtelFormatError(`${where} is not an array`)
  return value
}

function textIn(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new OtelFormatError(`${where} is not a string`)
  return value
}

const textOf = (data: JsonObject, ...names: readonly string[]): string => textIn(field(data, ...names) ?? '', names[0] ?? '')

const integerOf = (data: JsonObject, ...names: readonly string[]): bigint => integerIn(field(data, ...names) ?? 0, names[0] ?? '')

function integerIn(value: unknown, where: string): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value)
  throw new OtelFormatError(`${where} is not an integer`)
}

function doubleIn(value: unknown, where: string): number {
  if (typeof value === 'number') return value
  if (typeof value === 'string' && /^(NaN|-?Infinity|-?\d[\d.eE+-]*)$/.test(value)) return Number(value)
  throw new OtelFormatError(`${where} is not a number`)
}

/** OTLP/JSON uses the number; other writers use the name of the constant. */
function severityNumberOf(value: unknown): number {
  if (value === undefined) return 0
  if (typeof value === 'number' && value >= 0 && value <= 24) return Math.floor(value)
  const name = /^SEVERITY_NUMBER_(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)([234]?)$/.exec(String(value))
  if (!name) return 0
  return ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].indexOf(name[1] ?? '') * 4 + Number(name[2] || 1)
}

/** OTLP/JSON uses hex digits; the Go library dumps Base64. */
function idOf(data: JsonObject, ...names: readonly string[]): string {
  const text = textOf(data, ...names)
  return /^[0-9a-fA-F]*$/.test(text) && text.length % 4 === 0 ? text.toLowerCase() : Buffer.from(text, 'base64').toString('hex')
}

/** Quotes numbers that JavaScript would round; skips JSON strings. */
const quoteLongNumbers = (text: string): string =>
  /[:[,]\s*-?\d{16}/.test(text)
    ? text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,20}(?![\d.eE])/g, token => (token.startsWith('"') ? token : `"${token}"`))
    : text

// SPDX-License-Identifier: Apache-2.0
import type { AnyValue, KeyedValue } from '../../contract/any-value.js'
import {
  Attributes,
  type LogRecord,
  MAX_VALUE_DEPTH,
  NO_ATTRIBUTES,
  OtelFormatError,
  type ResourceLogs,
  type ScopeLogs,
} from './log-records.js'
import { fieldsOf, type ProtoField } from './proto-wire.js'

/**
 * Reads a message `LogsData` (the same bytes as an export request). Ignores unknown fields. Throws an {@link OtelFormatError}.
 */
export function readProto(bytes: Uint8Array): readonly ResourceLogs[] {
  const all: ResourceLogs[] = []
  for (const field of fieldsOf(bytes)) if (field.number === 1) all.push(resourceLogsOf(field.bytes()))
  return all
}

function resourceLogsOf(bytes: Uint8Array): ResourceLogs {
  const attributes = new AttributesReader()
  const scopes: ScopeLogs[] = []
  let schemaUrl = ''
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) for (const innerField of fieldsOf(field.bytes())) attributes.addField(innerField, 1, 2)
    else if (field.number === 2) scopes.push(scopeLogsOf(field.bytes()))
    else if (field.number === 3) schemaUrl = field.text()
  }
  return { resource: { ...attributes.finish(), schemaUrl }, scopes }
}

function scopeLogsOf(bytes: Uint8Array): ScopeLogs {
  const attributes = new AttributesReader()
  const records: LogRecord[] = []
  let [name, version, schemaUrl] = ['', '', '']
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) {
      for (const innerField of fieldsOf(field.bytes())) {
        if (innerField.number === 1) name = innerField.text()
        else if (innerField.number === 2) version = innerField.text()
        else attributes.addField(innerField, 3, 4)
      }
    } else if (field.number === 2) records.push(logRecordOf(field.bytes()))
    else if (field.number === 3) schemaUrl = field.text()
  }
  return { scope: { name, version, ...attributes.finish(), schemaUrl }, records }
}

function logRecordOf(bytes: Uint8Array): LogRecord {
  const attributes = new AttributesReader()
  let [time, observed] = [0n, 0n]
  let [severity, flags] = [0, 0]
  let [severityText, traceId, spanId, eventName] = ['', '', '', '']
  let body: AnyValue | undefined
  for (const field of fieldsOf(bytes)) {
    switch (field.number) {
      case 1:
        time = field.fixed64()
        break
      case 2:
        severity = field.number32()
        break
      case 3:
        severityText = field.text()
        break
      case 5:
        body = anyValueOf(field.bytes(), 0)
        break
      case 8:
        flags = field.fixed32()
        break
      case 9:
        traceId = hexOf(field.bytes())
        break
      case 10:
        spanId = hexOf(field.bytes())
        break
      case 11:
        observed = field.fixed64()
        break
      case 12:
        eventName = field.text()
        break
      default:
        attributes.addField(field, 6, 7)
    }
  }
  return { time, observed, severity, severityText, body, ...attributes.finish(), flags, traceId, spanId, eventName }
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Reads attributes and the number of dropped attributes, which several messages contain. */
class AttributesReader {
  readonly #entries: KeyedValue[] = []
  #dropped = 0

  addField(field: ProtoField, attributes: number, dropped: number): void {
    if (field.number === attributes) this.#entries.push(keyValueOf(field.bytes(), 0))
    else if (field.number === dropped) this.#dropped = field.number32()
  }

  finish(): { readonly attributes: Attributes; readonly dropped: number } {
    return { attributes: this.#entries.length === 0 ? NO_ATTRIBUTES : new Attributes(this.#entries), dropped: this.#dropped }
  }
}

function keyValueOf(bytes: Uint8Array, depth: number): KeyedValue {
  let key = ''
  let value: AnyValue = null
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) key = field.text()
    else if (field.number === 2) value = anyValueOf(field.bytes(), depth)
  }
  return { key, value }
}

function anyValueOf(bytes: Uint8Array, depth: number): AnyValue {
  if (depth > MAX_VALUE_DEPTH) throw new OtelFormatError(`a value has more than ${MAX_VALUE_DEPTH} nested levels`)
  let value: AnyValue = null
  for (const field of fieldsOf(bytes)) value = valueIn(field, depth, value)
  return value
}

function valueIn(field: ProtoField, depth: number, previous: AnyValue): AnyValue {
  switch (field.number) {
    case 1:
      return field.text()
    case 2:
      return field.varint() !== 0n
    case 3:
      return BigInt.asIntN(64, field.varint())
    case 4:
      return field.double()
    case 5: {
      const values: AnyValue[] = []
      for (const innerField of fieldsOf(field.bytes()))
        if (innerField.number === 1) values.push(anyValueOf(innerField.bytes(), depth + 1))
      return values
    }
    case 6: {
      const entries: KeyedValue[] = []
      for (const innerField of fieldsOf(field.bytes()))
        if (innerField.number === 1) entries.push(keyValueOf(innerField.bytes(), depth + 1))
      return { entries }
    }
    case 7:
      return field.bytes()
    default:
      return previous
  }
}

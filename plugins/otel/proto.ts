// SPDX-License-Identifier: Apache-2.0
import type { AnyValue, KeyedValue } from '../../core/contract/any-value.js'
import {
  Attributes,
  DEEPEST,
  type LogRecord,
  NO_ATTRIBUTES,
  OtelFormatError,
  type ResourceLogs,
  type ScopeLogs,
} from './log-records.js'
import { type Field, fieldsOf } from './wire.js'

/** A message `LogsData` (the same bytes as an export request). Unknown fields are passed over. Throws an {@link OtelFormatError}. */
export function readProto(bytes: Uint8Array): readonly ResourceLogs[] {
  const all: ResourceLogs[] = []
  for (const field of fieldsOf(bytes)) if (field.number === 1) all.push(resourceLogs(field.bytes()))
  return all
}

function resourceLogs(bytes: Uint8Array): ResourceLogs {
  const attributes = new Attributed()
  const scopes: ScopeLogs[] = []
  let schemaUrl = ''
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) for (const inside of fieldsOf(field.bytes())) attributes.take(inside, 1, 2)
    else if (field.number === 2) scopes.push(scopeLogs(field.bytes()))
    else if (field.number === 3) schemaUrl = field.text()
  }
  return { resource: { ...attributes.done(), schemaUrl }, scopes }
}

function scopeLogs(bytes: Uint8Array): ScopeLogs {
  const attributes = new Attributed()
  const records: LogRecord[] = []
  let [name, version, schemaUrl] = ['', '', '']
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) {
      for (const inside of fieldsOf(field.bytes())) {
        if (inside.number === 1) name = inside.text()
        else if (inside.number === 2) version = inside.text()
        else attributes.take(inside, 3, 4)
      }
    } else if (field.number === 2) records.push(logRecord(field.bytes()))
    else if (field.number === 3) schemaUrl = field.text()
  }
  return { scope: { name, version, ...attributes.done(), schemaUrl }, records }
}

function logRecord(bytes: Uint8Array): LogRecord {
  const attributes = new Attributed()
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
        body = anyValue(field.bytes(), 0)
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
        attributes.take(field, 6, 7)
    }
  }
  return { time, observed, severity, severityText, body, ...attributes.done(), flags, traceId, spanId, eventName }
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Attributes and the number of those that were dropped, which several messages have. */
class Attributed {
  readonly #entries: KeyedValue[] = []
  #dropped = 0

  take(field: Field, attributes: number, dropped: number): void {
    if (field.number === attributes) this.#entries.push(keyedValue(field.bytes(), 0))
    else if (field.number === dropped) this.#dropped = field.number32()
  }

  done(): { readonly attributes: Attributes; readonly dropped: number } {
    return { attributes: this.#entries.length === 0 ? NO_ATTRIBUTES : new Attributes(this.#entries), dropped: this.#dropped }
  }
}

function keyedValue(bytes: Uint8Array, depth: number): KeyedValue {
  let key = ''
  let value: AnyValue = null
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) key = field.text()
    else if (field.number === 2) value = anyValue(field.bytes(), depth)
  }
  return { key, value }
}

function anyValue(bytes: Uint8Array, depth: number): AnyValue {
  if (depth > DEEPEST) throw new OtelFormatError(`a value is nested more than ${DEEPEST} levels deep`)
  let value: AnyValue = null
  for (const field of fieldsOf(bytes)) value = valueIn(field, depth, value)
  return value
}

function valueIn(field: Field, depth: number, before: AnyValue): AnyValue {
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
      for (const inside of fieldsOf(field.bytes())) if (inside.number === 1) values.push(anyValue(inside.bytes(), depth + 1))
      return values
    }
    case 6: {
      const entries: KeyedValue[] = []
      for (const inside of fieldsOf(field.bytes())) if (inside.number === 1) entries.push(keyedValue(inside.bytes(), depth + 1))
      return { entries }
    }
    case 7:
      return field.bytes()
    default:
      return before
  }
}

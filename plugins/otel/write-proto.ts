// SPDX-License-Identifier: Apache-2.0
import { type AnyValue, type KeyedValue, kindOfAny } from '../../core/contract/any-value.js'
import type { LogRecord, ResourceLogs, ScopeLogs } from './log-records.js'
import { Message } from './wire.js'

/** The bytes of a message `LogsData`. */
export function protoOf(data: readonly ResourceLogs[]): Buffer {
  const message = new Message()
  for (const logs of data) message.message(1, resourceLogs(logs))
  return message.done()
}

function resourceLogs({ resource, scopes }: ResourceLogs): Message {
  const message = new Message()
  message.message(1, attributed(new Message(), resource, 1, 2))
  for (const scope of scopes) message.message(2, scopeLogs(scope))
  return message.text(3, resource.schemaUrl)
}

function scopeLogs({ scope, records }: ScopeLogs): Message {
  const inside = attributed(new Message().text(1, scope.name).text(2, scope.version), scope, 3, 4)
  const message = new Message().message(1, inside)
  for (const record of records) message.message(2, logRecord(record))
  return message.text(3, scope.schemaUrl)
}

function logRecord(record: LogRecord): Message {
  const message = new Message().fixed64(1, record.time).varint(2, BigInt(record.severity)).text(3, record.severityText)
  if (record.body !== undefined) message.message(5, anyValue(record.body))
  return attributed(message, record, 6, 7)
    .fixed32(8, record.flags)
    .bytes(9, Buffer.from(record.traceId, 'hex'))
    .bytes(10, Buffer.from(record.spanId, 'hex'))
    .fixed64(11, record.observed)
    .text(12, record.eventName)
}

function attributed(
  message: Message,
  { attributes, dropped }: Pick<LogRecord, 'attributes' | 'dropped'>,
  values: number,
  count: number,
): Message {
  for (const entry of attributes.entries) message.message(values, keyedValue(entry))
  return message.varint(count, BigInt(dropped))
}

const keyedValue = ({ key, value }: KeyedValue): Message => new Message().text(1, key).message(2, anyValue(value))

function anyValue(value: AnyValue): Message {
  const message = new Message()
  const kind = kindOfAny(value)
  switch (kind) {
    case 'text':
      return message.text(1, value as string, true)
    case 'boolean':
      return message.varint(2, value ? 1n : 0n, true)
    case 'whole':
      return message.varint(3, value as bigint, true)
    case 'number':
      return message.double(4, value as number)
    case 'list': {
      const list = new Message()
      for (const one of value as readonly AnyValue[]) list.message(1, anyValue(one))
      return message.message(5, list)
    }
    case 'keyed': {
      const list = new Message()
      for (const entry of (value as { readonly entries: readonly KeyedValue[] }).entries) list.message(1, keyedValue(entry))
      return message.message(6, list)
    }
    case 'bytes':
      return message.bytes(7, value as Uint8Array, true)
    case 'nothing':
      return message
    default:
      return kind satisfies never
  }
}

// SPDX-License-Identifier: Apache-2.0
import { type AnyValue, type KeyedValue, kindOfAny } from '../../contract/any-value.js'
import type { LogRecord, ResourceLogs, ScopeLogs } from './log-records.js'
import { ProtoMessage } from './proto-wire.js'

/** Encodes a message `LogsData`. */
export function writeProto(data: readonly ResourceLogs[]): Buffer {
  const message = new ProtoMessage()
  for (const logs of data) message.message(1, resourceLogsMessage(logs))
  return message.finish()
}

function resourceLogsMessage({ resource, scopes }: ResourceLogs): ProtoMessage {
  const message = new ProtoMessage()
  message.message(1, addAttributes(new ProtoMessage(), resource, 1, 2))
  for (const scope of scopes) message.message(2, scopeLogsMessage(scope))
  return message.text(3, resource.schemaUrl)
}

function scopeLogsMessage({ scope, records }: ScopeLogs): ProtoMessage {
  const scopeMessage = addAttributes(new ProtoMessage().text(1, scope.name).text(2, scope.version), scope, 3, 4)
  const message = new ProtoMessage().message(1, scopeMessage)
  for (const record of records) message.message(2, logRecordMessage(record))
  return message.text(3, scope.schemaUrl)
}

function logRecordMessage(record: LogRecord): ProtoMessage {
  const message = new ProtoMessage().fixed64(1, record.time).varint(2, BigInt(record.severity)).text(3, record.severityText)
  if (record.body !== undefined) message.message(5, anyValueMessage(record.body))
  return addAttributes(message, record, 6, 7)
    .fixed32(8, record.flags)
    .bytes(9, Buffer.from(record.traceId, 'hex'))
    .bytes(10, Buffer.from(record.spanId, 'hex'))
    .fixed64(11, record.observed)
    .text(12, record.eventName)
}

function addAttributes(
  message: ProtoMessage,
  { attributes, dropped }: Pick<LogRecord, 'attributes' | 'dropped'>,
  values: number,
  count: number,
): ProtoMessage {
  for (const entry of attributes.entries) message.message(values, keyValueMessage(entry))
  return message.varint(count, BigInt(dropped))
}

const keyValueMessage = ({ key, value }: KeyedValue): ProtoMessage =>
  new ProtoMessage().text(1, key).message(2, anyValueMessage(value))

function anyValueMessage(value: AnyValue): ProtoMessage {
  const message = new ProtoMessage()
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
      const list = new ProtoMessage()
      for (const element of value as readonly AnyValue[]) list.message(1, anyValueMessage(element))
      return message.message(5, list)
    }
    case 'keyed': {
      const list = new ProtoMessage()
      for (const entry of (value as { readonly entries: readonly KeyedValue[] }).entries) list.message(1, keyValueMessage(entry))
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

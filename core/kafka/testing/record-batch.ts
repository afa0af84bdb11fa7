// SPDX-License-Identifier: Apache-2.0
import { gunzipSync } from 'node:zlib'
import { WireReader } from './wire-format.js'

export interface ProducedMessage {
  readonly key: string | undefined
  readonly value: string
  readonly headers: ReadonlyMap<string, string>
}

/** The messages of record batches (https://kafka.apache.org/documentation/#recordbatch). Throws where a broker rejects a batch. */
export function readProducedMessages(bytes: Buffer): ProducedMessage[] {
  const messages: ProducedMessage[] = []
  for (const reader = new WireReader(bytes); reader.remaining > 0; ) {
    reader.int64()
    messages.push(...readBatch(new WireReader(reader.bytes(reader.int32()))))
  }
  return messages
}

function readBatch(batch: WireReader): ProducedMessage[] {
  batch.int32()
  const magic = batch.int8()
  if (magic !== 2) throw new Error(`a batch of version ${magic}`)
  const sum = batch.uint32()
  const content = batch.bytes(batch.remaining)
  if (crc32c(content) !== sum) throw new Error('a batch with a wrong checksum')
  const fields = new WireReader(content)
  const compression = fields.int16() & 7
  // Last offset, times, producer.
  fields.bytes(4 + 8 + 8 + 8 + 2 + 4)
  const count = fields.int32()
  const rest = fields.bytes(fields.remaining)
  if (compression > 1) throw new Error(`compression ${compression}`)
  const records = new WireReader(compression === 1 ? gunzipSync(rest) : rest)
  const messages = Array.from({ length: count }, (_, index) => readRecord(new WireReader(records.bytes(records.varint())), index))
  if (records.remaining > 0) throw new Error(`${records.remaining} bytes behind the last record`)
  return messages
}

function readRecord(record: WireReader, index: number): ProducedMessage {
  record.int8()
  record.unsignedVarint()
  const offset = record.varint()
  if (offset !== index) throw new Error(`record ${index} has offset ${offset}`)
  const key = record.varintBytes()?.toString()
  const value = record.varintBytes()?.toString() ?? ''
  const headers = Array.from({ length: record.varint() }, (): [string, string] => [
    record.varintBytes()?.toString() ?? '',
    record.varintBytes()?.toString() ?? '',
  ])
  if (record.remaining > 0) throw new Error(`${record.remaining} bytes behind record ${index}`)
  return { key, value, headers: new Map(headers) }
}

function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}

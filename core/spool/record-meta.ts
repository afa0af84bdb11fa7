// SPDX-License-Identifier: Apache-2.0
import type { ChunkMeta } from '../contract/exporter.js'

/** The metadata of one record of a chunk; see {@link ChunkMeta}. */
export interface RecordMeta {
  readonly id?: string | undefined
  readonly key?: string | undefined
  readonly time?: bigint | undefined
  readonly topic?: string | undefined
}

export const NO_META: RecordMeta = {}

export const recordMetaAt = ({ ids, keys, times, topics }: ChunkMeta, record: number): RecordMeta => ({
  id: ids?.[record],
  key: keys?.[record],
  // 0: unknown.
  time: times?.[record] || undefined,
  topic: topics?.[record],
})

/** Joins the metadata of all records of a chunk; undefined if no record has any. */
export function joinRecordMeta(records: readonly RecordMeta[]): ChunkMeta | undefined {
  const has = (member: keyof RecordMeta): boolean => records.some(record => record[member] !== undefined)
  const meta: ChunkMeta = {
    ...(has('id') && { ids: records.map(({ id }) => id) }),
    ...(has('key') && { keys: records.map(({ key }) => key) }),
    ...(has('time') && { times: BigInt64Array.from(records, ({ time }) => time ?? 0n) }),
    ...(has('topic') && { topics: records.map(({ topic }) => topic) }),
  }
  return Object.keys(meta).length === 0 ? undefined : meta
}

/**
 * Encodes the metadata of a record: for each field a number (1 id, 2 key, 3 time, 4 topic), the length of its value in 32 bits,
 * and the value. Texts are UTF-8, times 64-bit nanoseconds. Empty without metadata. Readers skip unknown numbers.
 */
export function encodeRecordMeta({ id, key, time, topic }: RecordMeta): Uint8Array {
  if (id === undefined && key === undefined && time === undefined && topic === undefined) return EMPTY
  return Buffer.concat([
    ...field(ID, textValue(id)),
    ...field(KEY, textValue(key)),
    ...field(TIME, timeValue(time)),
    ...field(TOPIC, textValue(topic)),
  ])
}

/** Undefined if the bytes are not metadata. */
export function decodeRecordMeta(bytes: Uint8Array): RecordMeta | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const meta: { -readonly [Member in keyof RecordMeta]: RecordMeta[Member] } = {}
  for (let at = 0; at < buffer.length; ) {
    if (at + FIELD_HEADER_BYTES > buffer.length) return undefined
    const number = buffer[at]
    const start = at + FIELD_HEADER_BYTES
    at = start + buffer.readUInt32LE(at + 1)
    if (at > buffer.length) return undefined
    if (number === ID) meta.id = buffer.toString('utf8', start, at)
    else if (number === KEY) meta.key = buffer.toString('utf8', start, at)
    else if (number === TOPIC) meta.topic = buffer.toString('utf8', start, at)
    else if (number === TIME && at - start === 8) meta.time = buffer.readBigInt64LE(start)
  }
  return meta
}

function field(number: number, value: Buffer | undefined): readonly Buffer[] {
  if (value === undefined) return []
  const header = Buffer.allocUnsafe(FIELD_HEADER_BYTES)
  header[0] = number
  header.writeUInt32LE(value.length, 1)
  return [header, value]
}

const textValue = (text: string | undefined): Buffer | undefined => (text === undefined ? undefined : Buffer.from(text, 'utf8'))

function timeValue(time: bigint | undefined): Buffer | undefined {
  if (time === undefined) return undefined
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeBigInt64LE(time)
  return bytes
}

const [ID, KEY, TIME, TOPIC] = [1, 2, 3, 4] as const
const FIELD_HEADER_BYTES = 5
const EMPTY = new Uint8Array(0)

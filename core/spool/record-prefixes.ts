// SPDX-License-Identifier: Apache-2.0
import type { Chunk } from '../contract/exporter.js'
import { NO_META, type RecordMeta, recordMetaAt } from './record-meta.js'
import { type FramedRecord, joinFramedRecords, type SpooledChunk } from './spooled-chunk.js'

/** The prefixes of records in frames of version 1, for targets that need them; the key comes before the id. */
export interface RecordPrefixes {
  /** `<id> <hour> `, as in `73291fd44c312474 2023-11-14T22 {…}`. */
  readonly ids: boolean
  /** `<key> `, percent-encoded; empty if the record has no key. */
  readonly keys: boolean
}

/** Converts the prefixes of records to metadata. Only records in frames of version 1 have prefixes. */
export function convertPrefixes(chunk: SpooledChunk, prefixes: RecordPrefixes): Chunk {
  const { version1, bytes, ends, meta, framing = 'lines' } = chunk
  if (!version1 || !(prefixes.ids || prefixes.keys)) return chunk
  const records = Array.from({ length: chunk.length }, (_, index): FramedRecord => {
    const whole = { record: bytes.subarray(ends[index - 1] ?? 0, ends[index]), meta: meta ? recordMetaAt(meta, index) : NO_META }
    const { record, meta: facts } = version1.has(index) ? convertRecord(whole, prefixes) : whole
    return { record, meta: facts, framing, isVersion1: false }
  })
  return joinFramedRecords(records)
}

type PrefixedRecord = Pick<FramedRecord, 'record' | 'meta'>

function convertRecord({ record, meta }: PrefixedRecord, { ids, keys }: RecordPrefixes): PrefixedRecord {
  const keyed = keys ? splitKey(record) : undefined
  const rest = keyed ? keyed.rest : record
  const identified = ids ? splitId(rest) : undefined
  return { record: identified ? identified.rest : rest, meta: { ...meta, ...keyed?.meta, ...identified?.meta } }
}

interface SplitRecord {
  readonly meta: RecordMeta
  readonly rest: Uint8Array
}

/** Undefined if the record does not begin with an id. */
function splitId(record: Uint8Array): SplitRecord | undefined {
  const match = /^([0-9a-f]{16}) (\d{4}-\d\d-\d\dT\d\d) $/.exec(
    Buffer.from(record.subarray(0, ID_PREFIX_BYTES)).toString('latin1'),
  )
  const hour = Date.parse(`${match?.[2]}:00Z`)
  if (!match || Number.isNaN(hour)) return undefined
  return { meta: { id: match[1], time: BigInt(hour) * 1_000_000n }, rest: record.subarray(ID_PREFIX_BYTES) }
}

function splitKey(record: Uint8Array): SplitRecord | undefined {
  const end = record.indexOf(SPACE)
  if (end < 0 || end > MAX_KEY_PREFIX_BYTES) return undefined
  const prefix = Buffer.from(record.subarray(0, end)).toString('latin1')
  if (!/^(?:[\w.!~*'()-]|%[0-9A-F]{2})*$/.test(prefix)) return undefined
  try {
    return { meta: prefix === '' ? NO_META : { key: decodeURIComponent(prefix) }, rest: record.subarray(end + 1) }
  } catch {
    return undefined
  }
}

const SPACE = 0x20
const ID_PREFIX_BYTES = 16 + 1 + 13 + 1
const MAX_KEY_PREFIX_BYTES = 16_384

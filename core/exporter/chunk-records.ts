// SPDX-License-Identifier: Apache-2.0
import type { Chunk, ChunkMeta, Framing } from '../contract/exporter.js'

/** Copies the records with these numbers, in this order, into a chunk that stays valid. */
export const chunkOfRecords = (chunk: Chunk, records: readonly number[]): Chunk =>
  joinRecords(
    records.map(record => recordOf(chunk, record)),
    chunk,
    records,
  )

/**
 * Joins records, in the form that they have in a chunk, into a chunk that stays valid. The framing and the metadata come from
 * `origin`, the metadata under the numbers in `records` (default: the same numbers).
 */
export function joinRecords(
  contents: readonly Uint8Array[],
  origin: Pick<Chunk, 'framing' | 'meta'> = {},
  records: readonly number[] = [...contents.keys()],
): Chunk {
  let end = 0
  const ends = Uint32Array.from(contents, ({ length }) => {
    end += length
    return end
  })
  const { framing, meta } = origin
  return {
    bytes: Buffer.concat(contents, end),
    length: contents.length,
    ends,
    ...(framing && { framing }),
    ...(meta && { meta: metaOfRecords(meta, records) }),
  }
}

function metaOfRecords({ ids, keys, times, topics }: ChunkMeta, records: readonly number[]): ChunkMeta {
  const select = (values: readonly (string | undefined)[]): (string | undefined)[] => records.map(record => values[record])
  return {
    ...(ids && { ids: select(ids) }),
    ...(keys && { keys: select(keys) }),
    ...(times && { times: BigInt64Array.from(records, record => times[record] ?? 0n) }),
    ...(topics && { topics: select(topics) }),
  }
}

/** One record in the form that it has in the chunk, with the line feed of its framing; valid as long as the chunk. */
export const recordOf = ({ bytes, ends }: Chunk, record: number): Uint8Array =>
  bytes.subarray(ends[record - 1] ?? 0, ends[record])

/** One record without its line feed; valid as long as the chunk. */
export const contentOf = (chunk: Chunk, record: number): Uint8Array => withoutLineFeed(recordOf(chunk, record), chunk.framing)

/** A record from a chunk without the line feed of its framing. */
export const withoutLineFeed = (record: Uint8Array, framing: Framing = 'lines'): Uint8Array =>
  framing === 'lines' && record.at(-1) === LINE_FEED ? record.subarray(0, record.length - 1) : record

/** One record with a line feed at the end, whatever the framing. */
export const lineOf = (chunk: Chunk, record: number): Uint8Array =>
  chunk.framing === 'raw' ? Buffer.concat([recordOf(chunk, record), LINE_FEED_BYTES]) : recordOf(chunk, record)

const LINE_FEED = 0x0a
const LINE_FEED_BYTES = Uint8Array.of(LINE_FEED)

// SPDX-License-Identifier: Apache-2.0
import type { Chunk } from '../contract/exporter.js'

/** Some records of a page, by number and in this order, as a page of their own that stays valid. */
export const chunkOfRecords = (chunk: Chunk, records: readonly number[]): Chunk =>
  joinRecords(records.map(record => recordOf(chunk, record)))

/** Records, each with its line feed, as a page that stays valid. */
export function joinRecords(records: readonly Uint8Array[]): Chunk {
  let end = 0
  const ends = Uint32Array.from(records, ({ length }) => {
    end += length
    return end
  })
  return { bytes: Buffer.concat(records, end), length: records.length, ends }
}

/** One record with its line feed; valid as long as the page. */
export const recordOf = ({ bytes, ends }: Chunk, record: number): Uint8Array =>
  bytes.subarray(ends[record - 1] ?? 0, ends[record])

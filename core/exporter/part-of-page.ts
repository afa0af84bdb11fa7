// SPDX-License-Identifier: Apache-2.0
import type { Page } from '../contract/exporter.js'

/** Some records of a page, by number and in this order, as a page of their own that stays valid. */
export const pageOf = (page: Page, records: readonly number[]): Page => joinedPage(records.map(record => recordOf(page, record)))

/** Records, each with its line feed, as a page that stays valid. */
export function joinedPage(records: readonly Uint8Array[]): Page {
  let end = 0
  const ends = Uint32Array.from(records, ({ length }) => {
    end += length
    return end
  })
  return { bytes: Buffer.concat(records, end), length: records.length, ends }
}

/** One record with its line feed; valid as long as the page. */
export const recordOf = ({ bytes, ends }: Page, record: number): Uint8Array => bytes.subarray(ends[record - 1] ?? 0, ends[record])

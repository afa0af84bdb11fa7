// SPDX-License-Identifier: Apache-2.0
import type { Page } from '../contract/exporter.js'

/** Some records of a page, by number and in this order, as a page of their own that stays valid. */
export function pageOf(page: Page, records: readonly number[]): Page {
  const parts = records.map(record => recordOf(page, record))
  let end = 0
  const ends = Uint32Array.from(parts, part => {
    end += part.length
    return end
  })
  return { bytes: Buffer.concat(parts, end), length: parts.length, ends }
}

/** One record with its line feed; valid as long as the page. */
export const recordOf = ({ bytes, ends }: Page, record: number): Uint8Array => bytes.subarray(ends[record - 1] ?? 0, ends[record])

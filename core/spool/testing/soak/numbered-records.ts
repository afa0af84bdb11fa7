// SPDX-License-Identifier: Apache-2.0
import { crc32c } from '../../crc32c.js'

/** A record that depends only on its number, so that a changed, truncated or invented record is detected. */
export function recordNumber(number: number): string {
  const body = `${number} ${'x'.repeat((number * 7919) % 300)}`
  return `${body} ${crc32c(Buffer.from(body))}`
}

/** The number of a record, if the record is unchanged. */
export function numberOf(record: string): number | undefined {
  const number = Number.parseInt(record, 10)
  return Number.isSafeInteger(number) && recordNumber(number) === record ? number : undefined
}

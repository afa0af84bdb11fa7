// SPDX-License-Identifier: Apache-2.0
import { crc32c } from '../../crc32c.js'

/** A record that is a function of its number alone, so that one that was changed, cut or invented shows. */
export function recordNumber(number: number): string {
  const body = `${number} ${'x'.repeat((number * 7919) % 300)}`
  return `${body} ${crc32c(Buffer.from(body))}`
}

/** The number of a record that is exactly as it was made. */
export function numberOf(record: string): number | undefined {
  const number = Number.parseInt(record, 10)
  return Number.isSafeInteger(number) && recordNumber(number) === record ? number : undefined
}

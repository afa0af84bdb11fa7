// SPDX-License-Identifier: Apache-2.0

/** CRC-32C (Castagnoli), the reflected polynomial of RFC 3720, appendix B.4. */
const POLYNOMIAL = 0x82f63b78

/** Eight tables of 256 entries in one array: table k contains the remainder of a byte followed by k zero bytes. */
const TABLES = makeTables()

function makeTables(): Uint32Array {
  const tables = new Uint32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) remainder = (remainder & 1) === 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1
    tables[byte] = remainder
  }
  for (let at = 256; at < tables.length; at++) {
    const previousEntry = tables[at - 256] ?? 0
    tables[at] = (previousEntry >>> 8) ^ (tables[previousEntry & 0xff] ?? 0)
  }
  return tables
}

/**
 * CRC-32C of the bytes from `from` (inclusive) to `to` (exclusive); `previousSum` is the sum of the preceding bytes, 0 for none.
 */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length, previousSum = 0): number {
  const tables = TABLES
  let sum = ~previousSum
  let at = from
  // Eight bytes at a time. The indices are in range, which the type system cannot know.
  for (const whole = to - 7; at < whole; at += 8) {
    const low =
      sum ^
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24))
    sum =
      (tables[1792 + (low & 0xff)] as number) ^
      (tables[1536 + ((low >>> 8) & 0xff)] as number) ^
      (tables[1280 + ((low >>> 16) & 0xff)] as number) ^
      (tables[1024 + (low >>> 24)] as number) ^
      (tables[768 + (bytes[at + 4] as number)] as number) ^
      (tables[512 + (bytes[at + 5] as number)] as number) ^
      (tables[256 + (bytes[at + 6] as number)] as number) ^
      (tables[bytes[at + 7] as number] as number)
  }
  for (; at < to; at++) sum = (sum >>> 8) ^ (tables[(sum ^ (bytes[at] as number)) & 0xff] as number)
  return ~sum >>> 0
}

// SPDX-License-Identifier: Apache-2.0

/** The most bytes that a number takes. */
export const LONGEST_VARINT = 10

/** Writes a whole number of 64 bits in Avro's zig-zag form at `at`; gives the place behind it. */
export function putVarint(bytes: Uint8Array, at: number, value: bigint): number {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  let place = at
  for (; rest > 0x7fffffffn; rest >>= 7n) bytes[place++] = Number(rest & 127n) | 128
  let small = Number(rest)
  for (; small > 127; small >>>= 7) bytes[place++] = (small & 127) | 128
  bytes[place++] = small
  return place
}

export function varint(value: number): Buffer {
  const bytes = Buffer.alloc(LONGEST_VARINT)
  return bytes.subarray(0, putVarint(bytes, 0, BigInt(value)))
}

// SPDX-License-Identifier: Apache-2.0

/** Builds the bytes of Avro object containers by hand, so tests can write any invalid value. */

export const SYNC = Buffer.from('0123456789abcdef')

export function varintBytes(value: number | bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n))
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.from([...bytes, Number(rest)])
}

const lengthPrefixed = (bytes: Buffer): Buffer => Buffer.concat([varintBytes(bytes.length), bytes])

export function containerHeaderBytes(metadata: Readonly<Record<string, string>>, sync = SYNC): Buffer {
  const entries = Object.entries(metadata).flatMap(([key, value]) => [
    lengthPrefixed(Buffer.from(key)),
    lengthPrefixed(Buffer.from(value)),
  ])
  return Buffer.concat([Buffer.from('Obj\x01'), varintBytes(Object.keys(metadata).length), ...entries, varintBytes(0), sync])
}

/** `length` is the claimed length, correct or not. */
export function containerBlockBytes(
  count: number | bigint,
  payload: Buffer,
  length: number | bigint = payload.length,
  sync = SYNC,
): Buffer {
  return Buffer.concat([varintBytes(count), varintBytes(length), payload, sync])
}

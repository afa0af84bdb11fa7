// SPDX-License-Identifier: Apache-2.0
import { crc32c } from './crc32c.js'

/** How far a spool has come. */
export interface Position {
  /** Records up to this number need not be kept any more. */
  readonly acknowledged: number
  /** The number that the next record gets: those below have been given away. */
  readonly next: number
}

/**
 * The position file has two places, each on a part of the disk of its own, that are written in turn: what a crash tears is
 * the newer one, and the older still holds. The file never grows, so a full disk cannot keep records from being forgotten.
 */
export const POSITION_FILE = 'position'
const PLACE_BYTES = 4096
export const POSITION_BYTES = 2 * PLACE_BYTES
/** Mark and version, turn, acknowledged, next, sum. */
const USED_BYTES = 36
const MARK = Buffer.from('SFPSPOS1', 'latin1')

export const placeOf = (turn: number): number => (turn % 2) * PLACE_BYTES

/** One place of the file, to be written at {@link placeOf} its turn. */
export function encodePosition({ acknowledged, next }: Position, turn: number): Uint8Array {
  const bytes = Buffer.alloc(PLACE_BYTES)
  bytes.set(MARK)
  bytes.writeBigUInt64LE(BigInt(turn), 8)
  bytes.writeBigUInt64LE(BigInt(acknowledged), 16)
  bytes.writeBigUInt64LE(BigInt(next), 24)
  bytes.writeUInt32LE(crc32c(bytes, 0, 32), 32)
  return bytes
}

/** The newest position that is whole, with its turn. Undefined: there is none. */
export function decodePosition(bytes: Uint8Array): (Position & { readonly turn: number }) | undefined {
  const found = [0, PLACE_BYTES].flatMap(at => placeAt(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), at))
  return found.sort((one, other) => other.turn - one.turn)[0]
}

function placeAt(bytes: Buffer, at: number): (Position & { readonly turn: number })[] {
  if (at + USED_BYTES > bytes.length || !bytes.subarray(at, at + MARK.length).equals(MARK)) return []
  if (bytes.readUInt32LE(at + 32) !== crc32c(bytes, at, at + 32)) return []
  const [turn, acknowledged, next] = [8, 16, 24].map(offset => Number(bytes.readBigUInt64LE(at + offset)))
  if (turn === undefined || acknowledged === undefined || next === undefined) return []
  return acknowledged < next && Number.isSafeInteger(next) ? [{ turn, acknowledged, next }] : []
}

// SPDX-License-Identifier: Apache-2.0
import { crc32c } from './crc32c.js'

/** How far a spool has come. */
export interface SpoolPosition {
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
const SLOT_BYTES = 4096
export const POSITION_BYTES = 2 * SLOT_BYTES
/** Mark and version, turn, acknowledged, next, sum. */
const SLOT_CONTENT_BYTES = 36
const POSITION_MAGIC = Buffer.from('SFPSPOS1', 'latin1')

export const positionSlotOffset = (generation: number): number => (generation % 2) * SLOT_BYTES

/** One place of the file, to be written at {@link positionSlotOffset} its turn. */
export function encodePosition({ acknowledged, next }: SpoolPosition, generation: number): Uint8Array {
  const bytes = Buffer.alloc(SLOT_BYTES)
  bytes.set(POSITION_MAGIC)
  bytes.writeBigUInt64LE(BigInt(generation), 8)
  bytes.writeBigUInt64LE(BigInt(acknowledged), 16)
  bytes.writeBigUInt64LE(BigInt(next), 24)
  bytes.writeUInt32LE(crc32c(bytes, 0, 32), 32)
  return bytes
}

/** The newest position that is whole, with its turn. Undefined: there is none. */
export function decodePosition(bytes: Uint8Array): (SpoolPosition & { readonly generation: number }) | undefined {
  const found = [0, SLOT_BYTES].flatMap(at => decodeSlot(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), at))
  return found.sort((left, right) => right.generation - left.generation)[0]
}

function decodeSlot(bytes: Buffer, at: number): (SpoolPosition & { readonly generation: number })[] {
  if (at + SLOT_CONTENT_BYTES > bytes.length || !bytes.subarray(at, at + POSITION_MAGIC.length).equals(POSITION_MAGIC)) return []
  if (bytes.readUInt32LE(at + 32) !== crc32c(bytes, at, at + 32)) return []
  const [generation, acknowledged, next] = [8, 16, 24].map(offset => Number(bytes.readBigUInt64LE(at + offset)))
  if (generation === undefined || acknowledged === undefined || next === undefined) return []
  return acknowledged < next && Number.isSafeInteger(next) ? [{ generation, acknowledged, next }] : []
}

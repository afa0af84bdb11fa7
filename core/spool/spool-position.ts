// SPDX-License-Identifier: Apache-2.0
import { crc32c } from './crc32c.js'

/** The progress of a spool. */
export interface SpoolPosition {
  /** Records up to this number need not be retained. */
  readonly acknowledged: number
  /** The number of the next record; lower numbers were assigned. */
  readonly next: number
}

/**
 * The position file has two slots, each in a disk block of its own, that are written in turn: a crash can tear only the newer
 * one, and the older one stays valid. The file never grows, so acknowledgements can be written even when the disk is full.
 */
export const POSITION_FILE = 'position'
const SLOT_BYTES = 4096
export const POSITION_BYTES = 2 * SLOT_BYTES
/** Magic number with version, generation, acknowledged, next, checksum. */
const SLOT_CONTENT_BYTES = 36
const POSITION_MAGIC = Buffer.from('SFPSPOS1', 'latin1')

export const positionSlotOffset = (generation: number): number => (generation % 2) * SLOT_BYTES

/** The content of one slot, to be written at the {@link positionSlotOffset} of its generation. */
export function encodePosition({ acknowledged, next }: SpoolPosition, generation: number): Uint8Array {
  const bytes = Buffer.alloc(SLOT_BYTES)
  bytes.set(POSITION_MAGIC)
  bytes.writeBigUInt64LE(BigInt(generation), 8)
  bytes.writeBigUInt64LE(BigInt(acknowledged), 16)
  bytes.writeBigUInt64LE(BigInt(next), 24)
  bytes.writeUInt32LE(crc32c(bytes, 0, 32), 32)
  return bytes
}

/** The newest valid position, with its generation. Undefined if there is none. */
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

// SPDX-License-Identifier: Apache-2.0
import { FileEntity, FileName } from '../entities/entities.js'

interface FileFields {
  readonly path?: string
  /** A character code or the character. */
  readonly type?: number | string
  /** Hex digits, padded with zeros to 40. */
  readonly oid?: string
  readonly state?: number
  /** High and low half of a clock. */
  readonly ts?: readonly [number, number]
  readonly containerId?: string | null
}

/** A file as a decoder creates it. */
export function fileEntity({
  path = '',
  type = 'f',
  oid = '',
  state = 0,
  ts = [0, 0],
  containerId = null,
}: FileFields): FileEntity {
  const id = Buffer.from(oid.padEnd(40, '0'), 'hex')
  const word = (at: number): number => id.readInt32LE(4 * at)
  const name = new FileName(typeof type === 'number' ? type : type.charCodeAt(0), path)
  return new FileEntity(true, state, word(0), word(1), word(2), word(3), word(4), ts[0], ts[1] | 0, name, containerId)
}

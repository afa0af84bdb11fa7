// SPDX-License-Identifier: Apache-2.0
import { dataViewOf } from '../avro/avro-scanner.js'

/**
 * - `block done`: all records that the block announced have been taken.
 * - `columns full`: the next record is an event and has no row.
 * - `header`: the next record is a header, and rows of the one before it are still in the columns.
 * - `entity`: the next record is another entity, and rows of events that were read before it are still in the columns.
 * - `undecodable`: the next record does not decode; nothing of it has been filed.
 */
export type StopReason = 'block done' | 'columns full' | 'header' | 'entity' | 'undecodable'

/** Goes on when the rows in the columns have been passed on. */
export const canContinue = (stop: StopReason): boolean => stop !== 'block done' && stop !== 'undecodable'

/** A place in a block. */
export class BlockCursor {
  position = 0
  /** Records are read up to here. */
  end: number
  remaining: number
  /** The same bytes. */
  readonly view: DataView

  constructor(
    readonly bytes: Buffer,
    count: number,
  ) {
    this.remaining = count
    this.end = bytes.length
    this.view = dataViewOf(bytes)
  }
}

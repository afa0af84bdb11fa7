// SPDX-License-Identifier: Apache-2.0
import { dataViewOf } from '../avro/avro-scanner.js'

/**
 * - `block done`: all records that the block announced have been read.
 * - `columns full`: the next record is an event and there is no free row.
 * - `header`: the next record is a header, and the columns still hold rows of the header before it.
 * - `entity`: the next record is another entity, and the columns still hold rows of earlier events.
 * - `undecodable`: the next record does not decode; none of its fields has been stored.
 */
export type StopReason = 'block done' | 'columns full' | 'header' | 'entity' | 'undecodable'

/** True if decoding can continue after the rows in the columns have been sent. */
export const canContinue = (stop: StopReason): boolean => stop !== 'block done' && stop !== 'undecodable'

/** A read position in a block. */
export class BlockCursor {
  position = 0
  /** Exclusive end of the records to read. */
  end: number
  remaining: number
  /** View of the same bytes. */
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

// SPDX-License-Identifier: Apache-2.0

import { type Acknowledgement, CountedBatch } from '../../../core/contract/batch.js'
import type { Decoder } from './decoder.js'

/** Optional metadata of a block. */
export interface BlockMetadata {
  /** No block may follow for a while, so its records must be sent at once. */
  readonly needsFlush?: boolean
  /**
   * Ends of the records in `bytes`, one each, if the input provides them. Each record is then decoded individually, and an
   * undecodable record does not affect the others. Bytes that a record leaves unread are skipped.
   */
  readonly ends?: Uint32Array
  /** For records with `ends` that `decoder` finds too short: the decoder of the older layout. */
  readonly fallbackDecoder?: Decoder
  /** An earlier run has already sent its events: only its entities are read. */
  readonly isAlreadySent?: boolean
  /** Released with the last record of the block. */
  readonly acknowledgement?: Acknowledgement
}

/** The batch on a `sysflowchan`: encoded records of one writer, and the decoder for them. */
export class SysFlowBlock extends CountedBatch {
  readonly weight: number

  constructor(
    readonly decoder: Decoder,
    /** The records, consecutive and decompressed. */
    readonly bytes: Buffer,
    /** Number of records, as the writer claims. */
    readonly length: number,
    /** Origin for messages: a path with a byte offset, or a connection. */
    readonly origin: string,
    /** Identity of the container file or connection: all blocks of one trace have the same object. */
    readonly trace: object,
    readonly metadata: BlockMetadata = {},
  ) {
    super()
    this.weight = bytes.length
  }

  protected override recycle(): void {
    this.metadata.acknowledgement?.release()
  }
}

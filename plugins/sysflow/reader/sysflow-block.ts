// SPDX-License-Identifier: Apache-2.0

import { type Acknowledgement, CountedBatch } from '../../../core/contract/batch.js'
import type { Decoder } from './decoder.js'

/** What blocks of some sources have beside their records. */
export interface BlockMetadata {
  /** Nothing may follow for a while, so what is in it must be passed on at once. */
  readonly needsFlush?: boolean
  /**
   * Ends of the records in `bytes`, one each, where the source tells them: each record is then read by itself, and one that
   * does not decode costs nothing else. Bytes that a record leaves unread are passed over.
   */
  readonly ends?: Uint32Array
  /** For records with `ends` that `decoder` finds too short: what the writers of the version before wrote. */
  readonly fallbackDecoder?: Decoder
  /** Its events have been passed on in an earlier run: only its entities count. */
  readonly isAlreadySent?: boolean
  /** Released with the last of what is made of it. */
  readonly acknowledgement?: Acknowledgement
}

/** What a `sysflowchan` carries: encoded records of one writer, and who can read them. */
export class SysFlowBlock extends CountedBatch {
  readonly weight: number

  constructor(
    readonly decoder: Decoder,
    /** The records, one after the other, unpacked. */
    readonly bytes: Buffer,
    /** Records in it, as the writer says. */
    readonly length: number,
    /** Where it comes from, for messages: a path with a byte offset, a connection. */
    readonly origin: string,
    /** The container file or connection that it is part of: blocks that belong together name the same object. */
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

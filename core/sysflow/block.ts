// SPDX-License-Identifier: Apache-2.0
import { CountedBatch } from '../contract/batch.js'
import type { Decoder } from './decoder.js'

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
    /** Nothing may follow for a while, so what is in it must be passed on at once. */
    readonly isLive = false,
  ) {
    super()
    this.weight = bytes.length
  }
}

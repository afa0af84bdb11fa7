// SPDX-License-Identifier: Apache-2.0
import type { Batch } from './batch.js'
import type { RecordAdapter } from './record-adapter.js'

/** How sample records are cut. Families add what else their records can be made of. */
export interface SampleOptions {
  /** Records in a batch, at most (default: 16). */
  readonly batchSize?: number
}

/** Sample records of one family: what tests of plugins run on. */
export interface SampleRecords<O extends SampleOptions = SampleOptions> {
  /** Channel types of which there are records, in the order in which tests use them. Evaluated channels are derived from these. */
  readonly channels: readonly string[]
  readonly adapters: readonly RecordAdapter<never>[]
  /** New batches of one of `channels`, with one reference each, held by the caller. */
  batches(channel: string, options: O): Promise<Batch[]>
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from './batch.js'
import type { RecordAdapter } from './record-adapter.js'

/** How sample records are divided into batches. Families add further options. */
export interface SampleOptions {
  /** Maximum number of records in a batch (default: 16). */
  readonly batchSize?: number
}

/** Sample records of one family, for tests of plugins. */
export interface SampleRecords<O extends SampleOptions = SampleOptions> {
  /** Channel types with sample records, in the order in which tests use them. Evaluated channels are derived from these. */
  readonly channels: readonly string[]
  readonly adapters: readonly RecordAdapter<never>[]
  /** New batches of one of `channels`, each with one reference, which belongs to the caller. */
  batches(channel: string, options: O): Promise<Batch[]>
}

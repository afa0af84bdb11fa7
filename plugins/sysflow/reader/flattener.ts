// SPDX-License-Identifier: Apache-2.0
import { type DisabledOptimizations, NONE_DISABLED } from '../../../core/contract/host.js'
import { BATCH_ROWS, type RecordBatch, RecordBatchPool } from './record-batch.js'

/**
 * The built-in handler of the stage `sysflowreader`: it supplies the columns that the decoder writes. Rows are flat already, so
 * nothing is copied. Entities (headers, containers, processes, files, pods) do not become rows.
 */
export class Flattener {
  readonly #pool: RecordBatchPool

  /** `rows`: capacity of a batch. */
  constructor(rows = BATCH_ROWS, disabledOptimizations: DisabledOptimizations = NONE_DISABLED) {
    this.#pool = new RecordBatchPool(rows, disabledOptimizations.has('batch-pool') ? 0 : MAX_IDLE_BATCHES)
  }

  columns(): RecordBatch {
    return this.#pool.acquire()
  }
}

/** Maximum number of idle batches in the pool; others are left to the garbage collector. */
const MAX_IDLE_BATCHES = 32

// SPDX-License-Identifier: Apache-2.0
import { type DisabledOptimizations, NONE_DISABLED } from '../../../core/contract/host.js'
import { BATCH_ROWS, type RecordBatch, RecordBatchPool } from './record-batch.js'

/**
 * The built-in handler of the stage `sysflowreader`: gives the decoder columns to write into. Rows already are flat then,
 * so nothing is copied; entities (headers, containers, processes, files, pods) give no rows of their own.
 */
export class Flattener {
  readonly #pool: RecordBatchPool

  /** `rows`: room in a batch. */
  constructor(rows = BATCH_ROWS, disabledOptimizations: DisabledOptimizations = NONE_DISABLED) {
    this.#pool = new RecordBatchPool(rows, disabledOptimizations.has('batch-pool') ? 0 : MAX_IDLE_BATCHES)
  }

  columns(): RecordBatch {
    return this.#pool.acquire()
  }
}

/** Idle batches that are kept; more are left to the garbage collector. */
const MAX_IDLE_BATCHES = 32

// SPDX-License-Identifier: Apache-2.0
import { type RecordBatch, RecordBatchPool } from './record-batch.js'

/**
 * The built-in handler of the stage `sysflowreader`: gives the decoder columns to write into. Rows already are flat then,
 * so nothing is copied; entities (headers, containers, processes, files, pods) give no rows of their own.
 */
export class Flattener {
  readonly #pool = new RecordBatchPool()

  columns(): RecordBatch {
    return this.#pool.take()
  }
}

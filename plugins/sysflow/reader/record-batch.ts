// SPDX-License-Identifier: Apache-2.0
import { EventColumns } from './event-columns.js'

/** Rows in a batch: enough to make the cost of sending a batch negligible, and few enough to fit into the second-level cache. */
export const BATCH_ROWS = 1024

/** The columnar batch on a `flattenerchan`. It returns to its pool at the last release. */
export class RecordBatch extends EventColumns {
  readonly #pool: RecordBatchPool

  constructor(pool: RecordBatchPool, capacity: number) {
    super(capacity)
    this.#pool = pool
  }

  /** Empties the batch for reuse; the caller holds it. */
  reset(): this {
    this.length = 0
    this.resetHolds()
    return this
  }

  protected override recycle(): void {
    super.recycle()
    this.#pool.putBack(this)
  }
}

/** A pool of batches: typed arrays are expensive to create, so batches are reused. Each reader has one pool. */
export class RecordBatchPool {
  readonly #idle: RecordBatch[] = []
  readonly #rows: number
  readonly #maxIdle: number

  /** `rows`: capacity of each batch. `maxIdle`: maximum number of idle batches in the pool. */
  constructor(rows: number, maxIdle: number) {
    this.#rows = rows
    this.#maxIdle = maxIdle
  }

  acquire(): RecordBatch {
    return this.#idle.pop()?.reset() ?? new RecordBatch(this, this.#rows)
  }

  putBack(batch: RecordBatch): void {
    if (this.#idle.length < this.#maxIdle) this.#idle.push(batch)
  }
}

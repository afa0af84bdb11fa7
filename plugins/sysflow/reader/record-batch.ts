// SPDX-License-Identifier: Apache-2.0
import { EventColumns } from './event-columns.js'

/** Rows in a batch: large enough that the cost of passing it on vanishes, small enough to stay in the second-level cache. */
export const BATCH_ROWS = 1024

/** The columnar batch on a `flattenerchan`. It returns to its pool at the last release. */
export class RecordBatch extends EventColumns {
  readonly #pool: RecordBatchPool

  constructor(pool: RecordBatchPool, capacity: number) {
    super(capacity)
    this.#pool = pool
  }

  /** Begins another life, empty, held by the caller. */
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

/** Typed arrays are costly to make and cheap to keep, so batches are used again. One pool per reader. */
export class RecordBatchPool {
  readonly #idle: RecordBatch[] = []
  readonly #rows: number
  readonly #maxIdle: number

  /** Batches with room for so many rows, of which at most `kept` wait idle. */
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

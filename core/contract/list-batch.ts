// SPDX-License-Identifier: Apache-2.0
import { CountedBatch } from './batch.js'
import type { Receipt } from './receipt.js'

/** Records of any kind as a batch: what plugins send that bring records of their own. */
export class ListBatch<T> extends CountedBatch {
  readonly records: readonly T[]
  readonly length: number
  readonly #receipt: Receipt | undefined

  /** `receipt`: released when everything in the batch is safe at its target, or counted as dropped. */
  constructor(records: readonly T[], receipt?: Receipt) {
    super()
    this.records = records
    this.length = records.length
    this.#receipt = receipt
    receipt?.retain()
  }

  protected override recycle(): void {
    this.#receipt?.release()
  }
}

// SPDX-License-Identifier: Apache-2.0

import type { Acknowledgement } from './acknowledgement.js'
import { CountedBatch } from './batch.js'

/** Records of any kind as a batch: what plugins send that bring records of their own. */
export class ListBatch<T> extends CountedBatch {
  readonly records: readonly T[]
  readonly length: number
  readonly #acknowledgement: Acknowledgement | undefined

  /** `receipt`: released when everything in the batch is safe at its target, or counted as dropped. */
  constructor(records: readonly T[], acknowledgement?: Acknowledgement) {
    super()
    this.records = records
    this.length = records.length
    this.#acknowledgement = acknowledgement
    acknowledgement?.retain()
  }

  protected override recycle(): void {
    this.#acknowledgement?.release()
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'

/** Counts the evaluations of rows: within one, what has been read or tested once need not be read or tested again. */
export interface Epoch {
  current: number
}

export type ValueReader<B extends Batch, V> = (batch: B, row: number) => V

/** Reads at most once in an epoch. */
export function readOnce<B extends Batch, V>(read: ValueReader<B, V>, initialValue: V, epoch: Epoch): ValueReader<B, V> {
  let cachedEpoch = -1
  let value = initialValue
  return (batch, row) => {
    if (cachedEpoch !== epoch.current) {
      value = read(batch, row)
      cachedEpoch = epoch.current
    }
    return value
  }
}

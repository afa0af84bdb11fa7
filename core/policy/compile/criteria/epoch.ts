// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'

/** Counts the evaluations of rows. Within one epoch, a value that was read or a test that was run is not read or run again. */
export interface Epoch {
  current: number
}

export type ValueReader<B extends Batch, V> = (batch: B, row: number) => V

/** Reads at most once per epoch. */
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

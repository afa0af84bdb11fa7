// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'

/** A boolean test of one row. */
export type RowTest<B extends Batch> = (batch: B, row: number) => boolean

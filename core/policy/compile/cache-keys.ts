// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { RecordAdapter } from '../../contract/record-adapter.js'

/** Stands for one lane of one engine: what a plan's notes on entities are filed under. */
export type CacheKey = object

export const cacheKeysFor = <B extends Batch>(adapter: RecordAdapter<B>): readonly CacheKey[] => adapter.entities.map(() => ({}))

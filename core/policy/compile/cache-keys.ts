// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { RecordAdapter } from '../../contract/record-adapter.js'

/** Identifies one entity column of one engine: the owner of a plan's cache entries on entities. */
export type CacheKey = object

export const cacheKeysFor = <B extends Batch>(adapter: RecordAdapter<B>): readonly CacheKey[] => adapter.entities.map(() => ({}))

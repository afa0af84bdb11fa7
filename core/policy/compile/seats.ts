// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Source } from '../../contract/source.js'

/** Stands for one lane of one engine: what a plan's notes on entities are filed under. */
export type Seat = object

export const seatsFor = <B extends Batch>(source: Source<B>): readonly Seat[] => source.lanes.map(() => ({}))

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { State } from './state.js'

const PLACES = 256

/** The states of groups met lately: each has one place where it can stand, which another group may take from it. */
export class RecentGroups<B extends Batch> {
  readonly #groups = new Float64Array(PLACES).fill(Number.NaN)
  readonly #states = new Array<State<B> | undefined>(PLACES).fill(undefined)

  find(group: number): State<B> | undefined {
    const place = placeOf(group)
    return this.#groups[place] === group ? this.#states[place] : undefined
  }

  keep(group: number, state: State<B>): void {
    const place = placeOf(group)
    this.#groups[place] = group
    this.#states[place] = state
  }
}

const placeOf = (group: number): number => (group ^ (group >>> 8) ^ (group >>> 16)) & (PLACES - 1)

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { AutomatonState } from './automaton-state.js'

const SLOTS = 256

/** The states of groups met lately: each has one place where it can stand, which another group may take from it. */
export class RecentGroups<B extends Batch> {
  readonly #groups = new Float64Array(SLOTS).fill(Number.NaN)
  readonly #states = new Array<AutomatonState<B> | undefined>(SLOTS).fill(undefined)

  find(group: number): AutomatonState<B> | undefined {
    const slot = slotOf(group)
    return this.#groups[slot] === group ? this.#states[slot] : undefined
  }

  store(group: number, state: AutomatonState<B>): void {
    const slot = slotOf(group)
    this.#groups[slot] = group
    this.#states[slot] = state
  }
}

const slotOf = (group: number): number => (group ^ (group >>> 8) ^ (group >>> 16)) & (SLOTS - 1)

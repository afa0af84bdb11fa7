// SPDX-License-Identifier: Apache-2.0

/** Random choices that are equal in every run: the generator "mulberry32", which is good enough to pick words. */
export class BenchRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** A number from 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000
  }

  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  /** True with the probability `share`. */
  chance(share: number): boolean {
    return this.next() < share
  }

  /** One of `choices`, which must not be empty. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T
  }
}

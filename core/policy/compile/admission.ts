// SPDX-License-Identifier: Apache-2.0

const SLOTS = 4096
const MAX_OCCURRENCES = 255
/** Number of values that are admitted without a check before the first reset of the cache. */
const FREE_ADMISSIONS = 256

/**
 * Decides which values are worth caching: those that occur repeatedly, not those that hostile input makes different in every
 * record. With each reset of the cache, a value must have occurred more often.
 */
export class Admission {
  readonly #hashes = new Int32Array(SLOTS)
  readonly #occurrences = new Uint8Array(SLOTS)
  readonly #threshold: number
  #freeAdmissions: number

  /** `resetCount`: number of earlier resets. */
  constructor(resetCount: number) {
    this.#threshold = Math.min(MAX_OCCURRENCES, 2 ** Math.min(resetCount + 1, 8))
    this.#freeAdmissions = resetCount === 0 ? FREE_ADMISSIONS : 0
  }

  /** `hash`: of the value. Values with equal hashes share a count, which is harmless. */
  admits(hash: number): boolean {
    if (this.#freeAdmissions > 0) {
      this.#freeAdmissions--
      return true
    }
    const slot = hash & (SLOTS - 1)
    if (this.#hashes[slot] !== hash) {
      this.#hashes[slot] = hash
      this.#occurrences[slot] = 0
    }
    const occurrences = Math.min(MAX_OCCURRENCES, this.#occurrences[slot]! + 1)
    this.#occurrences[slot] = occurrences
    return occurrences >= this.#threshold
  }
}

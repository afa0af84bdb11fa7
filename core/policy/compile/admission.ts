// SPDX-License-Identifier: Apache-2.0

const SLOTS = 4096
const MAX_OCCURRENCES = 255
/** So many are let in at once, while there is room. */
const FREE_ADMISSIONS = 256

/**
 * Decides what is worth remembering: what comes up again and again, not what input makes up anew in every record. The more
 * often all has had to be forgotten, the more often something must have been seen.
 */
export class Admission {
  readonly #hashes = new Int32Array(SLOTS)
  readonly #occurrences = new Uint8Array(SLOTS)
  readonly #threshold: number
  #freeAdmissions: number

  /** `forgotten`: how many times all has been forgotten. */
  constructor(resetCount: number) {
    this.#threshold = Math.min(MAX_OCCURRENCES, 2 ** Math.min(resetCount + 1, 8))
    this.#freeAdmissions = resetCount === 0 ? FREE_ADMISSIONS : 0
  }

  /** `hash`: of what has been seen; another with an equal one shares its count, which does no harm. */
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

// SPDX-License-Identifier: Apache-2.0
import type { Admission } from './admission.js'
import type { IndexSet } from './literals/index-set.js'

/**
 * Numbers the answer sets of one decider. An answer set is a combination of unusual answers that its entity predicates have
 * given.
 */
export class AnswerSets {
  readonly #admission: Admission
  readonly #numbers = new Map<string, number>()
  readonly #unusual: Int32Array[] = []
  /** Memory in use, in units of about 20 bytes. */
  size = 0

  constructor(admission: Admission) {
    this.#admission = admission
  }

  /**
   * -1: the combination does not have a number yet, because it is too rare. `unusual`: positions of entity predicates, ascending.
   */
  idOf(unusual: IndexSet): number {
    let key = ''
    let hash = 0
    for (let at = 0; at < unusual.length; at++) {
      const index = unusual.list[at]!
      key += String.fromCharCode(index & 0xffff, index >>> 16)
      hash = Math.imul(hash ^ index, 0x01000193) + 0x9e3779b9
    }
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    if (!this.#admission.admits(hash ^ (hash >>> 15))) return -1
    const answerSetId = this.#unusual.length
    this.#numbers.set(key, answerSetId)
    this.#unusual.push(unusual.list.slice(0, unusual.length))
    this.size += 16 + unusual.length
    return answerSetId
  }

  unusualIn(answerSetId: number): Int32Array {
    return this.#unusual[answerSetId] ?? NONE
  }
}

const NONE = new Int32Array(0)

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Leaf } from './circuit/circuit.js'

/** The combinations of answers that the facets of one decider have given, each with a number. */
export class Profiles<B extends Batch> {
  readonly #facets: readonly Leaf<B>[]
  readonly #numbers = new Map<string, number>()
  /** An answer a bit. */
  readonly #answers: string[] = []
  /** Memory in use, in units of some 20 bytes. */
  size = 0

  constructor(facets: readonly Leaf<B>[]) {
    this.#facets = facets
  }

  of(batch: B, row: number): number {
    const answers = this.#ask(batch, row)
    const known = this.#numbers.get(answers)
    if (known !== undefined) return known
    const profile = this.#answers.length
    this.#numbers.set(answers, profile)
    this.#answers.push(answers)
    this.size += 8 + (this.#facets.length >> 3)
    return profile
  }

  answer(profile: number, place: number): boolean {
    const bits = this.#answers[profile]?.charCodeAt(Math.floor(place / BITS)) ?? 0
    return ((bits >> (place % BITS)) & 1) === 1
  }

  #ask(batch: B, row: number): string {
    let answers = ''
    let bits = 0
    let bit = 0
    for (const { test } of this.#facets) {
      if (test(batch, row)) bits |= 1 << bit
      if (++bit < BITS) continue
      answers += String.fromCharCode(bits)
      bits = 0
      bit = 0
    }
    return answers + String.fromCharCode(bits)
  }
}

/** Answers in one character. */
const BITS = 16

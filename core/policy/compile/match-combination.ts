// SPDX-License-Identifier: Apache-2.0
import type { RuleMatches, RuleMetadata } from '../../contract/evaluated-batch.js'

/** All combinations of matched rules that have occurred, as a tree. */
export class MatchCombinations {
  readonly rules: readonly RuleMetadata[]
  readonly none: MatchCombination
  readonly #maxSize: number
  /** Memory in use, in units of about 20 bytes. */
  size = 0

  /** `maxSize`: the size beyond which all combinations are discarded. */
  constructor(rules: readonly RuleMetadata[], maxSize: number) {
    this.rules = rules
    this.#maxSize = maxSize
    this.none = new MatchCombination(this, [])
  }

  /**
   * Hostile input could create ever new combinations. After a reset, combinations in use stay valid; equal ones are created
   * again.
   */
  clearIfFull(): void {
    if (this.size <= this.#maxSize) return
    this.none.clear()
    this.size = 0
  }
}

/** One combination of matched rules. Equal combinations are one object with one `matches` object. */
export class MatchCombination {
  readonly matches: RuleMatches | null
  /** Indexes of the rules in the policy, ascending. */
  readonly ruleIndexes: readonly number[]
  readonly #combinations: MatchCombinations
  /** Created on demand: most combinations are never extended, and a map takes much memory. */
  #next: Map<number, MatchCombination> | null = null

  constructor(combinations: MatchCombinations, ruleIndexes: readonly number[]) {
    this.#combinations = combinations
    this.ruleIndexes = ruleIndexes
    this.matches =
      ruleIndexes.length === 0
        ? null
        : { rules: ruleIndexes.flatMap(ruleIndex => combinations.rules[ruleIndex] ?? []), contextTags: NO_TAGS }
  }

  clear(): void {
    this.#next = null
  }

  /** This combination plus one rule with a higher index. */
  with(ruleIndex: number): MatchCombination {
    const known = this.#next?.get(ruleIndex)
    if (known) return known
    const combination = new MatchCombination(this.#combinations, [...this.ruleIndexes, ruleIndex])
    this.#combinations.size += combination.ruleIndexes.length + UNITS_PER_COMBINATION
    this.#next ??= new Map()
    this.#next.set(ruleIndex, combination)
    return combination
  }
}

const UNITS_PER_COMBINATION = 20
const NO_TAGS: readonly string[] = []

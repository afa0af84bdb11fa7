// SPDX-License-Identifier: Apache-2.0
import type { RuleMatches, RuleMetadata } from '../../contract/evaluated-batch.js'

/** All combinations of matched rules that have come up, as a tree. */
export class MatchCombinations {
  readonly rules: readonly RuleMetadata[]
  readonly none: MatchCombination
  readonly #maxSize: number
  /** Memory in use, in units of some 20 bytes. */
  size = 0

  /** `largest`: sizes from which on all combinations are forgotten. */
  constructor(rules: readonly RuleMetadata[], maxSize: number) {
    this.rules = rules
    this.#maxSize = maxSize
    this.none = new MatchCombination(this, [])
  }

  /** Hostile input could make ever new combinations. Those in use stay as they are; equal ones are made anew. */
  clearIfFull(): void {
    if (this.size <= this.#maxSize) return
    this.none.clear()
    this.size = 0
  }
}

/** One combination: equal combinations are one object with one verdict. */
export class MatchCombination {
  readonly matches: RuleMatches | null
  /** Places of the rules in the policy, ascending. */
  readonly ruleIndexes: readonly number[]
  readonly #combinations: MatchCombinations
  /** Most combinations are as large as they get, and a map takes a good deal of memory. */
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

  /** The same rules and one that stands behind them. */
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

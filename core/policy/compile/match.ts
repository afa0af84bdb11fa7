// SPDX-License-Identifier: Apache-2.0
import type { RuleFacts, Verdict } from '../../contract/verdict.js'

/** All combinations of matched rules that have come up, as a tree. */
export class Matches {
  readonly rules: readonly RuleFacts[]
  readonly none: Match
  readonly #largest: number
  /** Memory in use, in units of some 20 bytes. */
  size = 0

  /** `largest`: sizes from which on all combinations are forgotten. */
  constructor(rules: readonly RuleFacts[], largest: number) {
    this.rules = rules
    this.#largest = largest
    this.none = new Match(this, [])
  }

  /** Hostile input could make ever new combinations. Those in use stay as they are; equal ones are made anew. */
  weigh(): void {
    if (this.size <= this.#largest) return
    this.none.forget()
    this.size = 0
  }
}

/** One combination: equal combinations are one object with one verdict. */
export class Match {
  readonly verdict: Verdict | null
  /** Places of the rules in the policy, ascending. */
  readonly places: readonly number[]
  readonly #all: Matches
  /** Most combinations are as large as they get, and a map takes a good deal of memory. */
  #next: Map<number, Match> | null = null

  constructor(all: Matches, places: readonly number[]) {
    this.#all = all
    this.places = places
    this.verdict = places.length === 0 ? null : { rules: places.flatMap(place => all.rules[place] ?? []), contextTags: NO_TAGS }
  }

  forget(): void {
    this.#next = null
  }

  /** The same rules and one that stands behind them. */
  and(place: number): Match {
    const known = this.#next?.get(place)
    if (known) return known
    const match = new Match(this.#all, [...this.places, place])
    this.#all.size += match.places.length + UNITS_PER_MATCH
    this.#next ??= new Map()
    this.#next.set(place, match)
    return match
  }
}

const UNITS_PER_MATCH = 20
const NO_TAGS: readonly string[] = []

// SPDX-License-Identifier: Apache-2.0
import { PRIORITIES, type RuleMetadata } from '../../contract/evaluated-batch.js'

/** The number of matches of each rule, over all plans of an engine. */
export class MatchCounts {
  readonly #byRule = new Map<string, number>()
  readonly #byPriority = new Map<string, number>()

  add(rules: readonly RuleMetadata[], matchCounts: readonly number[]): this {
    for (const [ruleIndex, rule] of rules.entries()) {
      const count = matchCounts[ruleIndex] ?? 0
      if (count === 0) continue
      this.#byRule.set(rule.name, (this.#byRule.get(rule.name) ?? 0) + count)
      this.#byPriority.set(rule.priority, (this.#byPriority.get(rule.priority) ?? 0) + count)
    }
    return this
  }

  copy(): MatchCounts {
    const copy = new MatchCounts()
    for (const [name, count] of this.#byRule) copy.#byRule.set(name, count)
    for (const [priority, count] of this.#byPriority) copy.#byPriority.set(priority, count)
    return copy
  }

  get byRule(): Counts {
    return mostFrequentFirst([...this.#byRule])
  }

  get byPriority(): Counts {
    return mostSevereFirst([...this.#byPriority])
  }
}

type Counts = Readonly<Record<string, number>>

export const mostFrequentFirst = (byRule: readonly (readonly [string, number])[]): Counts =>
  Object.fromEntries([...byRule].sort(([a, count], [b, otherCount]) => otherCount - count || (a < b ? -1 : 1)))

export function mostSevereFirst(byPriority: readonly (readonly [string, number])[]): Counts {
  const counts = new Map(byPriority)
  return Object.fromEntries(
    PRIORITIES.flatMap(priority => {
      const count = counts.get(priority)
      return count === undefined ? [] : [[priority, count]]
    }),
  )
}

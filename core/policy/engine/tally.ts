// SPDX-License-Identifier: Apache-2.0
import { PRIORITIES, type RuleFacts } from '../../contract/verdict.js'

/** How often rules have matched, over all plans that an engine has had. */
export class Tally {
  readonly #byRule = new Map<string, number>()
  readonly #byPriority = new Map<string, number>()

  add(rules: readonly RuleFacts[], matched: readonly number[]): this {
    for (const [place, rule] of rules.entries()) {
      const times = matched[place] ?? 0
      if (times === 0) continue
      this.#byRule.set(rule.name, (this.#byRule.get(rule.name) ?? 0) + times)
      this.#byPriority.set(rule.priority, (this.#byPriority.get(rule.priority) ?? 0) + times)
    }
    return this
  }

  copy(): Tally {
    const copy = new Tally()
    for (const [name, times] of this.#byRule) copy.#byRule.set(name, times)
    for (const [priority, times] of this.#byPriority) copy.#byPriority.set(priority, times)
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
  Object.fromEntries([...byRule].sort(([a, times], [b, others]) => others - times || (a < b ? -1 : 1)))

export function mostSevereFirst(byPriority: readonly (readonly [string, number])[]): Counts {
  const counts = new Map(byPriority)
  return Object.fromEntries(
    PRIORITIES.flatMap(priority => {
      const times = counts.get(priority)
      return times === undefined ? [] : [[priority, times]]
    }),
  )
}

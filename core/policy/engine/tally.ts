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

  /** Most frequent first. */
  get byRule(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#byRule].sort(([a, times], [b, others]) => others - times || (a < b ? -1 : 1)))
  }

  /** Most severe first. */
  get byPriority(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      PRIORITIES.flatMap(priority => {
        const times = this.#byPriority.get(priority)
        return times === undefined ? [] : [[priority, times]]
      }),
    )
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { RuleMatches, RuleMetadata } from '../../../contract/evaluated-batch.js'
import type { RecordAdapter } from '../../../contract/record-adapter.js'
import { RowView } from '../../../contract/record-view.js'
import type { MatchBuffer } from '../../compile/match-buffer.js'
import type { ActionInstance } from './action-instance.js'
import { Additions } from './additions.js'
import { RuleActionContext } from './rule-action-context.js'

/** The actions of a rule, in order. */
export type ActionUses = readonly { readonly action: ActionInstance; readonly argument: string }[]

/** The actions of a rule set, ready to run on the records that its rules match. */
export class RuleActions<B extends Batch> {
  readonly #adapter: RecordAdapter<B>
  readonly #additions = new Additions()
  readonly #steps: ReadonlyMap<RuleMetadata, readonly ActionStep[]>
  /** Equal matches share one `RuleMatches` object. */
  readonly #stepsByMatches = new WeakMap<RuleMatches, readonly ActionStep[]>()

  /** `uses`: by rule; rules without actions may be missing. */
  constructor(adapter: RecordAdapter<B>, uses: ReadonlyMap<RuleMetadata, ActionUses>) {
    this.#adapter = adapter
    this.#steps = new Map([...uses].map(([rule, list]) => [rule, list.map(use => this.#step(rule, use))]))
  }

  /**
   * Runs the actions in the order of the rules, and within a rule in the listed order. A record with additions gets its own rule
   * matches.
   */
  run(batch: B, matchBuffer: MatchBuffer): void {
    const view = new RowView(this.#adapter, batch)
    for (let index = 0; index < matchBuffer.length; index++) {
      const matches = matchBuffer.matchesAt(index)
      if (matches === null) continue
      const steps = this.#stepsOf(matches)
      if (steps.length === 0) continue
      view.moveTo(matchBuffer.rowAt(index) as number, matches)
      for (const { action, context } of steps) action.run(context, view)
      const extendedMatches = this.#additions.mergeInto(matches)
      if (extendedMatches) matchBuffer.replaceMatches(index, extendedMatches)
    }
  }

  #stepsOf(matches: RuleMatches): readonly ActionStep[] {
    const known = this.#stepsByMatches.get(matches)
    if (known) return known
    const steps = matches.rules.flatMap(rule => this.#steps.get(rule) ?? [])
    this.#stepsByMatches.set(matches, steps)
    return steps
  }

  #step(rule: RuleMetadata, { action, argument }: ActionUses[number]): ActionStep {
    return { action, context: new RuleActionContext(rule, argument, this.#additions) }
  }
}

interface ActionStep {
  readonly action: ActionInstance
  readonly context: RuleActionContext
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import { RowView } from '../../../contract/record-view.js'
import type { Source } from '../../../contract/source.js'
import type { RuleFacts, Verdict } from '../../../contract/verdict.js'
import type { Docket } from '../../compile/docket.js'
import { Additions } from './additions.js'
import type { LiveAction } from './live-action.js'
import { StepHit } from './step-hit.js'

/** What a rule does, in order. */
export type Uses = readonly { readonly action: LiveAction; readonly argument: string }[]

/** The actions of a rule set, ready to be run on the records that its rules match. */
export class RuleActions<B extends Batch> {
  readonly #source: Source<B>
  readonly #additions = new Additions()
  readonly #steps: ReadonlyMap<RuleFacts, readonly Step[]>
  /** Equal matches share a verdict. */
  readonly #ofVerdict = new WeakMap<Verdict, readonly Step[]>()

  /** `uses`: by rule; rules without actions need not be there. */
  constructor(source: Source<B>, uses: ReadonlyMap<RuleFacts, Uses>) {
    this.#source = source
    this.#steps = new Map([...uses].map(([rule, list]) => [rule, list.map(use => this.#step(rule, use))]))
  }

  /** Rule by rule, in a rule as listed; a record to which something was added gets a verdict of its own. */
  run(batch: B, docket: Docket): void {
    const view = new RowView(this.#source, batch)
    for (let index = 0; index < docket.length; index++) {
      const verdict = docket.verdictAt(index)
      if (verdict === null) continue
      const steps = this.#stepsOf(verdict)
      if (steps.length === 0) continue
      view.at(docket.rowAt(index) as number, verdict)
      for (const { action, hit } of steps) action.run(hit, view)
      const own = this.#additions.take(verdict)
      if (own) docket.amend(index, own)
    }
  }

  #stepsOf(verdict: Verdict): readonly Step[] {
    const known = this.#ofVerdict.get(verdict)
    if (known) return known
    const steps = verdict.rules.flatMap(rule => this.#steps.get(rule) ?? [])
    this.#ofVerdict.set(verdict, steps)
    return steps
  }

  #step(rule: RuleFacts, { action, argument }: Uses[number]): Step {
    return { action, hit: new StepHit(rule, argument, this.#additions) }
  }
}

interface Step {
  readonly action: LiveAction
  readonly hit: StepHit
}

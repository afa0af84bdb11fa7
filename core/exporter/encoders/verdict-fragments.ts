// SPDX-License-Identifier: Apache-2.0
import { severityOf, type Verdict } from '../../contract/verdict.js'
import { jsonText, jsonTexts } from '../json-text.js'
import { fragment } from './fragment.js'

/** What verdicts look like in the output, made once for each verdict object and dropped with it. */
export class VerdictFragments {
  readonly #compose: (verdict: Verdict) => string
  readonly #made = new WeakMap<Verdict, Buffer>()
  #last: Verdict | null = null
  #lastMade = fragment('')

  constructor(compose: (verdict: Verdict) => string) {
    this.#compose = compose
  }

  of(verdict: Verdict): Buffer {
    // Neighbours often match alike.
    if (verdict === this.#last) return this.#lastMade
    let made = this.#made.get(verdict)
    if (made === undefined) {
      made = fragment(this.#compose(verdict))
      this.#made.set(verdict, made)
    }
    this.#last = verdict
    this.#lastMade = made
    return made
  }
}

/** `,"policies":[...]` in the order of matching; nothing without a rule. */
export function policiesText({ rules }: Verdict): string {
  if (rules.length === 0) return ''
  const items = rules.map(
    rule => `{"id":${jsonText(rule.name)},"desc":${jsonText(rule.description)},"priority":${severityOf(rule.priority)}}`,
  )
  return `,"policies":[${items.join(',')}]`
}

/** `,"tags":[...]`: those of actions, then those of every rule, repetitions included; nothing without a tag. */
export function tagsText({ contextTags, rules }: Verdict): string {
  const tags = [...contextTags, ...rules.flatMap(rule => rule.tags)]
  return tags.length === 0 ? '' : `,"tags":${jsonTexts(tags)}`
}

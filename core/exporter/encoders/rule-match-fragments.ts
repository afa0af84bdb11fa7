// SPDX-License-Identifier: Apache-2.0

import { type ActionFieldValue, type RuleMatches, type RuleMetadata, severityLevelOf } from '../../contract/evaluated-batch.js'
import type { ChunkWriter } from '../../contract/exporter.js'
import { jsonText } from '../json-text.js'
import { fragment } from './fragment.js'

type Rules = readonly RuleMetadata[]

/** What combinations of rules look like in the output, made once for each and dropped with it. */
export class RuleFragments {
  readonly #compose: (rules: Rules) => string
  readonly #cache = new WeakMap<Rules, Buffer>()
  #lastRules: Rules | null = null
  #lastFragment = fragment('')

  constructor(compose: (rules: Rules) => string) {
    this.#compose = compose
  }

  fragmentFor(rules: Rules): Buffer {
    // Neighbours often match alike.
    if (rules === this.#lastRules) return this.#lastFragment
    let cached = this.#cache.get(rules)
    if (cached === undefined) {
      cached = fragment(this.#compose(rules))
      this.#cache.set(rules, cached)
    }
    this.#lastRules = rules
    this.#lastFragment = cached
    return cached
  }
}

type Fields = ReadonlyMap<string, ActionFieldValue>

/**
 * What is said of a record behind its own parts: what its rules say, tags, fields. What actions have added mostly differs from
 * record to record, so it is written anew each time, and only what the rules say is kept.
 */
export class RuleMatchFragments {
  readonly #rules: RuleFragments
  readonly #rulesWithTags: RuleFragments
  readonly #furtherTags = new RuleFragments(
    rules =>
      `${tagsOf(rules)
        .map(tag => `,${jsonText(tag)}`)
        .join('')}]`,
  )
  readonly #fields: (fields: Fields) => string

  constructor(rulesText: (rules: Rules) => string, fieldsText: (fields: Fields) => string) {
    this.#rules = new RuleFragments(rulesText)
    this.#rulesWithTags = new RuleFragments(rules => rulesText(rules) + tagsText(tagsOf(rules)))
    this.#fields = fieldsText
  }

  write({ rules, contextTags, fields }: RuleMatches, into: ChunkWriter): void {
    if (contextTags.length === 0) into.bytes(this.#rulesWithTags.fragmentFor(rules))
    else {
      into.bytes(this.#rules.fragmentFor(rules))
      into.text(openTagsText(contextTags))
      into.bytes(this.#furtherTags.fragmentFor(rules))
    }
    if (fields !== undefined && fields.size > 0) into.text(this.#fields(fields))
  }
}

/** Verdicts in JSON schema 5 and its like: `policies`, `tags`, `fields`, each where there are any. */
export const jsonRuleMatchFragments = (): RuleMatchFragments => new RuleMatchFragments(policiesText, fieldsText)

/** The same of one verdict, as a text. */
export const jsonRuleMatchText = ({ rules, contextTags, fields }: RuleMatches): string =>
  policiesText(rules) +
  tagsText([...contextTags, ...tagsOf(rules)]) +
  (fields === undefined || fields.size === 0 ? '' : fieldsText(fields))

/** `,"policies":[...]` in the order of matching; nothing without a rule. */
function policiesText(rules: Rules): string {
  if (rules.length === 0) return ''
  const items = rules.map(
    rule => `{"id":${jsonText(rule.name)},"desc":${jsonText(rule.description)},"priority":${severityLevelOf(rule.priority)}}`,
  )
  return `,"policies":[${items.join(',')}]`
}

/** `,"tags":[...]`: those of actions, then those of every rule, repetitions included; nothing without a tag. */
const tagsText = (tags: readonly string[]): string => (tags.length === 0 ? '' : `${openTagsText(tags)}]`)

function openTagsText(tags: readonly string[]): string {
  let text = ''
  for (const tag of tags) text += `${text === '' ? ',"tags":[' : ','}${jsonText(tag)}`
  return text
}

const tagsOf = (rules: Rules): readonly string[] => rules.flatMap(rule => rule.tags)

/** `,"fields":{...}` in the order in which they were added. */
function fieldsText(fields: Fields): string {
  let text = ''
  for (const [name, value] of fields) text += `${text === '' ? ',"fields":{' : ','}${jsonText(name)}:${valueText(value)}`
  return `${text}}`
}

/** Whole numbers as they are, with all their digits. JSON has no word for what is no finite number. */
function valueText(value: ActionFieldValue): string {
  if (typeof value === 'string') return jsonText(value)
  return typeof value === 'number' && !Number.isFinite(value) ? 'null' : String(value)
}

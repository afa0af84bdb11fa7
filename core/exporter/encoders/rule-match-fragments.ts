// SPDX-License-Identifier: Apache-2.0

import { type ActionFieldValue, type RuleMatches, type RuleMetadata, severityLevelOf } from '../../contract/evaluated-batch.js'
import type { ChunkWriter } from '../../contract/exporter.js'
import { jsonText } from '../json-text.js'
import { fragment } from './fragment.js'

type Rules = readonly RuleMetadata[]

/** Caches the encoded text of each combination of rules, for as long as the combination exists. */
export class RuleFragments {
  readonly #compose: (rules: Rules) => string
  readonly #cache = new WeakMap<Rules, Buffer>()
  #lastRules: Rules | null = null
  #lastFragment = fragment('')

  constructor(compose: (rules: Rules) => string) {
    this.#compose = compose
  }

  fragmentFor(rules: Rules): Buffer {
    // Consecutive records often match the same rules.
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
 * Encodes the rule matches of a record: rules, tags, fields. Tags and fields of actions mostly differ from record to record, so
 * they are written each time; only the text of the rules is cached.
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

/** Rule matches for JSON schema 5 and similar formats: `policies`, `tags`, `fields`, each only where it is not empty. */
export const jsonRuleMatchFragments = (): RuleMatchFragments => new RuleMatchFragments(policiesText, fieldsText)

/** The same rule matches as a text. */
export const jsonRuleMatchText = ({ rules, contextTags, fields }: RuleMatches): string =>
  policiesText(rules) +
  tagsText([...contextTags, ...tagsOf(rules)]) +
  (fields === undefined || fields.size === 0 ? '' : fieldsText(fields))

/** `,"policies":[...]` in the order of matching; empty without a rule. */
function policiesText(rules: Rules): string {
  if (rules.length === 0) return ''
  const items = rules.map(
    rule => `{"id":${jsonText(rule.name)},"desc":${jsonText(rule.description)},"priority":${severityLevelOf(rule.priority)}}`,
  )
  return `,"policies":[${items.join(',')}]`
}

/** `,"tags":[...]`: tags of actions, then those of every rule, duplicates included; empty without a tag. */
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

/** Integers are written with all their digits. Numbers that are not finite become null, since JSON cannot express them. */
function valueText(value: ActionFieldValue): string {
  if (typeof value === 'string') return jsonText(value)
  return typeof value === 'number' && !Number.isFinite(value) ? 'null' : String(value)
}

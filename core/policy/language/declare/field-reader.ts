// SPDX-License-Identifier: Apache-2.0

import { nearest } from '../../../errors/nearest.js'
import type { SourceSpan } from '../../../errors/source-text.js'
import { withoutBoundingQuotes } from '../../quotes.js'
import type { PolicyFindings } from '../policy-findings.js'
import type { EntryField, EntryText, PolicyEntry } from '../readers/policy-entry.js'
import { ENTRY_KINDS, type EntryKind, IGNORED_KEYS, isEntryKind, KEY_ALIASES, UNSUPPORTED_KEYS } from './entry-kinds.js'

/** The fields of one entry by key. An invalid value is reported when it is read. */
export class FieldReader {
  readonly #findings: PolicyFindings
  readonly #fields = new Map<string, EntryField>()

  constructor(entry: PolicyEntry, findings: PolicyFindings) {
    this.#findings = findings
    for (const field of entry.fields) {
      const key = KEY_ALIASES.get(field.key) ?? field.key
      if (this.#fields.has(key)) findings.warning('SFP_POLICY_REPEATED_KEY', { key: field.key }, field.keySpan)
      else this.#fields.set(key, field)
    }
  }

  /** The kind of the entry; undefined if it is unknown, which is reported. */
  kind(): EntryKind | undefined {
    for (const key of this.#fields.keys()) if (isEntryKind(key)) return key
    const [first] = this.#fields.values()
    if (!first) return undefined
    const suggestion = nearest(first.key, Object.keys(ENTRY_KINDS))
    this.#findings.error('SFP_POLICY_UNKNOWN_ENTRY', { key: first.key, nearest: suggestion ?? '' }, first.keySpan)
    return undefined
  }

  has(key: string): boolean {
    return this.#fields.has(key)
  }

  /** The first key, for entries of unknown kind. */
  get firstKey(): string {
    return this.#fields.keys().next().value ?? ''
  }

  text(key: string): EntryText | undefined {
    const field = this.#fields.get(key)
    if (!field || field.value.kind === 'nothing') return undefined
    if (field.value.kind === 'text') return field.value
    const found = field.value.kind === 'list' ? 'a list' : 'a mapping'
    this.#findings.error('SFP_POLICY_NOT_A_TEXT', { key: field.key, found }, field.value.span)
    return undefined
  }

  /** Like {@link text}, but reports a missing field at the first key of the entry. */
  required(key: string, kind: EntryKind): EntryText | undefined {
    const text = this.text(key)
    const field = this.#fields.get(key)
    if (!field || field.value.kind === 'nothing')
      this.#reportMissing(key, kind, field?.keySpan ?? this.#fields.get(kind)?.keySpan)
    return text
  }

  /** A list of texts. A single text counts as a list of one. */
  texts(key: string): readonly EntryText[] {
    const value = this.#fields.get(key)?.value
    if (!value || value.kind === 'nothing') return []
    if (value.kind === 'list') return value.items
    if (value.kind === 'text') return [value]
    this.#findings.error('SFP_POLICY_NOT_A_LIST', { key, found: 'a mapping' }, value.span)
    return []
  }

  boolean(key: string, defaultValue: boolean): boolean {
    const text = this.text(key)
    if (!text) return defaultValue
    const word = withoutBoundingQuotes(text.text.trim())
    if (TRUE_WORDS.has(word)) return true
    if (FALSE_WORDS.has(word)) return false
    this.#findings.warning('SFP_POLICY_ENABLED', { key, word }, text.span)
    return true
  }

  /** Reports keys without effect. */
  warnUnknownKeys(kind: EntryKind): void {
    const known: readonly string[] = ENTRY_KINDS[kind]
    for (const [key, field] of this.#fields) {
      if (known.includes(key) || IGNORED_KEYS.has(key)) continue
      const suggestion = UNSUPPORTED_KEYS.has(key) ? '' : nearest(key, known)
      this.#findings.warning('SFP_POLICY_UNKNOWN_KEY', { key: field.key, kind, nearest: suggestion ?? '' }, field.keySpan)
    }
  }

  #reportMissing(key: string, kind: EntryKind, at: SourceSpan | undefined): void {
    if (key === kind) this.#findings.error('SFP_POLICY_NO_NAME', { kind }, at)
    else this.#findings.error('SFP_POLICY_MISSING_KEY', { key, kind, name: key }, at)
  }
}

const TRUE_WORDS = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const FALSE_WORDS = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

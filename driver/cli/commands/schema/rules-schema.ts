// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../../../core/contract/batch.js'
import { PRIORITIES } from '../../../../core/contract/evaluated-batch.js'
import { DRAFT, type JsonSchema, when } from '../../../../core/contract/json-schema.js'
import type { RecordAdapter } from '../../../../core/contract/record-adapter.js'
import {
  ENTRY_KINDS,
  type EntryKind,
  IGNORED_ENTRIES,
  IGNORED_KEYS,
  KEY_ALIASES,
  UNSUPPORTED_KEYS,
} from '../../../../core/policy/language/declare/entry-kinds.js'
import { deprecated } from './json-schema.js'

/** The record types that a prefilter may name, of all channel types. */
export const recordTypesOf = (adapters: readonly Pick<RecordAdapter<Batch>, 'recordTypes'>[]): readonly string[] => [
  ...new Set(adapters.flatMap(({ recordTypes }) => recordTypes)),
]

/** The schema of YAML rule files, for editors; it accepts any text as a condition. `recordTypes`: valid values of a prefilter. */
export function rulesSchema(recordTypes: readonly string[]): JsonSchema {
  const words = Object.keys(ENTRY_KINDS).filter(isEntry)
  const keys = [...words, ...KEY_ALIASES.keys()].filter(key => words.includes(entryOf(key)))
  return {
    $schema: DRAFT,
    title: 'Rule file of sfprocessor',
    description: 'Rules, drop filters, macros and lists.',
    type: ['array', 'null'],
    items: {
      type: 'object',
      anyOf: [...keys, ...IGNORED_ENTRIES].map(key => ({ required: [key] })),
      allOf: keys.map(key => when({ required: [key] }, { $ref: `#/definitions/${entryOf(key)}` })),
    },
    definitions: Object.fromEntries(words.map(kind => [kind, entrySchema(kind, recordTypes)])),
  }
}

const isEntry = (word: string): word is EntryKind => Object.hasOwn(ENTRY_KINDS, word)
const entryOf = (key: string): EntryKind => (KEY_ALIASES.get(key) ?? key) as EntryKind

/** All keys of entries of a kind, under current and other names. Unknown keys are warnings in the program, too. */
function entrySchema(kind: EntryKind, recordTypes: readonly string[]): JsonSchema {
  const keys: readonly string[] = ENTRY_KINDS[kind]
  const others = [...KEY_ALIASES].filter(([, key]) => keys.includes(key))
  const requiredKeys: readonly string[] = REQUIRED_KEYS[kind]
  return {
    description: DESCRIPTIONS[kind],
    properties: {
      ...Object.fromEntries(keys.map(key => [key, propertyOf(key, kind, recordTypes)])),
      ...Object.fromEntries(
        others.map(([word, key]) => [word, { ...propertyOf(key, kind, recordTypes), description: `The same as ${key}.` }]),
      ),
      ...Object.fromEntries([...IGNORED_KEYS].map(key => [key, { description: 'Falco key; has no effect.' }])),
      ...Object.fromEntries(
        [...UNSUPPORTED_KEYS].map(key => [key, deprecated('Falco key; has no effect and causes a warning.')]),
      ),
    },
    // An entry with `append` has only the appended values.
    ...(requiredKeys.length > 0 && when({ not: { required: ['append'] } }, { allOf: requiredKeys.map(oneOfTheWords) })),
    additionalProperties: false,
  }
}

/** One of the names of the key is required. */
const oneOfTheWords = (key: string): JsonSchema => ({ anyOf: [key, ...wordsFor(key)].map(word => ({ required: [word] })) })

const wordsFor = (key: string): string[] => [...KEY_ALIASES].filter(([, meant]) => meant === key).map(([word]) => word)

const REQUIRED_KEYS: Readonly<Record<EntryKind, readonly string[]>> = {
  rule: ['desc', 'condition'],
  filter: ['condition'],
  macro: ['condition'],
  list: ['items'],
  required_engine_version: [],
}

const DESCRIPTIONS: Readonly<Record<EntryKind, string>> = {
  rule: 'A rule: condition and alert.',
  filter: 'A drop filter: matching records are not evaluated by rules.',
  macro: 'A macro: a named condition for use in other conditions.',
  list: 'A list: named values for use in conditions.',
  required_engine_version: 'Accepted; has no effect.',
}

const TEXT = { type: ['string', 'number', 'boolean'] }
const TEXTS = { type: ['array', 'string', 'number', 'boolean', 'null'], items: TEXT }
const BOOLEAN = { type: ['boolean', 'string', 'number'] }

function propertyOf(key: string, kind: EntryKind, recordTypes: readonly string[]): JsonSchema {
  if (key === kind)
    return { ...TEXT, description: kind === 'required_engine_version' ? DESCRIPTIONS[kind] : `The name of the ${kind}.` }
  switch (key) {
    case 'desc':
      return {
        ...TEXT,
        type: [...TEXT.type, 'null'],
        description: kind === 'rule' ? 'Description of the rule. It is part of the alert.' : 'Description.',
      }
    case 'condition':
      return { ...TEXT, description: 'Condition: comparisons of attributes, macros, and, or, not, parentheses.' }
    case 'priority':
      return {
        description: 'Priority of the rule (default: low).',
        anyOf: [{ enum: PRIORITIES }, { type: 'string', pattern: anyCase([...PRIORITIES, 'info']) }],
      }
    case 'tags':
      return { ...TEXTS, description: 'Tags of the alert, such as mitre:T1059.004.' }
    case 'actions':
      return { ...TEXTS, description: 'Actions for matching records, in order: NAME or NAME:ARGUMENT.' }
    case 'prefilter':
      return {
        description: 'Record types that the rule is evaluated on (default: all).',
        type: ['array', 'string', 'null'],
        items: { enum: recordTypes },
      }
    case 'enabled':
      return { ...BOOLEAN, description: 'false: the entry is checked but not used.', default: true }
    case 'append':
      return { ...BOOLEAN, description: 'true: append to the earlier definition with this name.', default: false }
    case 'items':
      return { ...TEXTS, description: 'Values or names of other lists.' }
    default:
      return {}
  }
}

/** A pattern for these words in any letter case. */
const anyCase = (words: readonly string[]): string =>
  `^(${words.map(word => [...word].map(letter => `[${letter.toUpperCase()}${letter}]`).join('')).join('|')})$`

// SPDX-License-Identifier: Apache-2.0

/** Kinds of entries by the key that names them, and the keys each understands. `drop` is another word for `filter`. */
export const ENTRY_KINDS = {
  rule: ['rule', 'desc', 'condition', 'priority', 'tags', 'actions', 'prefilter', 'enabled', 'append'],
  filter: ['filter', 'desc', 'condition', 'enabled', 'append'],
  macro: ['macro', 'desc', 'condition', 'append'],
  list: ['list', 'desc', 'items', 'append'],
  required_engine_version: ['required_engine_version'],
} as const satisfies Record<string, readonly string[]>

export type EntryKind = keyof typeof ENTRY_KINDS

export const isEntryKind = (key: string): key is EntryKind => Object.hasOwn(ENTRY_KINDS, key)

/** Other words for the same key. */
export const KEY_ALIASES: ReadonlyMap<string, string> = new Map([
  ['drop', 'filter'],
  ['description', 'desc'],
  ['action', 'actions'],
])

/** Parts of the Falco language that say nothing to us: read and passed over without a word. */
export const IGNORED_KEYS: ReadonlySet<string> = new Set(['output', 'warn_evttypes', 'skip-if-unknown-filter'])
/** Parts of it that would say something, and do not yet: told, and not taken for slips. */
export const UNSUPPORTED_KEYS: ReadonlySet<string> = new Set(['exceptions', 'override', 'source', 'capture', 'capture_duration'])
export const IGNORED_ENTRIES: ReadonlySet<string> = new Set(['required_plugin_versions'])

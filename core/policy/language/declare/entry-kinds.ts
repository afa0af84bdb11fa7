// SPDX-License-Identifier: Apache-2.0

/** Kinds of entries by the key that names them, with the valid keys of each kind. `drop` is an alias of `filter`. */
export const ENTRY_KINDS = {
  rule: ['rule', 'desc', 'condition', 'priority', 'tags', 'actions', 'prefilter', 'enabled', 'append'],
  filter: ['filter', 'desc', 'condition', 'enabled', 'append'],
  macro: ['macro', 'desc', 'condition', 'append'],
  list: ['list', 'desc', 'items', 'append'],
  required_engine_version: ['required_engine_version'],
} as const satisfies Record<string, readonly string[]>

export type EntryKind = keyof typeof ENTRY_KINDS

export const isEntryKind = (key: string): key is EntryKind => Object.hasOwn(ENTRY_KINDS, key)

/** Aliases of keys. */
export const KEY_ALIASES: ReadonlyMap<string, string> = new Map([
  ['drop', 'filter'],
  ['description', 'desc'],
  ['action', 'actions'],
])

/** Keys of the Falco language without a meaning here: ignored silently. */
export const IGNORED_KEYS: ReadonlySet<string> = new Set(['output', 'warn_evttypes', 'skip-if-unknown-filter'])
/** Keys of the Falco language that are not supported yet: reported, but not as unknown keys. */
export const UNSUPPORTED_KEYS: ReadonlySet<string> = new Set(['exceptions', 'override', 'source', 'capture', 'capture_duration'])
export const IGNORED_ENTRIES: ReadonlySet<string> = new Set(['required_plugin_versions'])

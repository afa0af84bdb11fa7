// SPDX-License-Identifier: Apache-2.0
import { OPTIMISATIONS } from '../../../../core/contract/optimisation.js'
import { THRESHOLDS } from '../../../process/log.js'
import type { options as commandLine } from '../../options.js'
import type { World } from '../../../pipeline/prepare.js'

/** A word that fits, and what is to be said of it. */
export interface Candidate {
  readonly word: string
  readonly says: string
}

export interface Values {
  /** What fits beside the candidates: the shell knows files better. */
  readonly also: 'none' | 'files' | 'folders'
  readonly candidates: readonly Candidate[]
  /** More may follow in the same word. */
  readonly isOpen?: boolean
}

/** What the value of an option or argument is. */
export interface Meaning {
  readonly also?: Values['also']
  words?(world: World): Promise<readonly Candidate[]>
  readonly isOpen?: boolean
  /** What is completed is the second group; the first is what stands before it in the same word. */
  readonly isList?: RegExp
}

type Command = ReturnType<typeof commandLine>
type Taker = Command['options'][number] | Command['registeredArguments'][number]

/**
 * What is known of the value of an option, or of the argument behind those that are `given`: by its choices, by its name, by
 * the word in its angle brackets.
 */
export function meaningOf(taker: Taker, given: readonly string[] = []): Meaning {
  if (taker.argChoices) return { words: async () => plain(taker.argChoices ?? []) }
  if (!('flags' in taker)) return ofArgument(taker.name(), given)
  const name = taker.long?.slice(2) ?? ''
  return BY_NAME.get(name) ?? BY_PLACEHOLDER.get(placeholderOf(taker.flags)) ?? FREE
}

/** `--config <file>` → `file`. */
export const placeholderOf = (flags: string): string => /[<[]([\w-]+)(?:\.\.\.)?[>\]]/.exec(flags)?.[1] ?? ''

/** Anything may stand there, and nothing is known of it. */
const FREE: Meaning = {}

const ofArgument = (name: string, given: readonly string[]): Meaning =>
  name === 'name' ? (BY_SUBJECT.get(given[0] ?? '') ?? FREE) : (BY_PLACEHOLDER.get(name) ?? FREE)

const plain = (words: readonly string[]): Candidate[] => words.map(word => ({ word, says: '' }))

/** Words with commas between them. */
const LIST = /^(.*,)?([^,]*)$/s
/** Of a condition: the last word, behind a blank or a bracket. */
const LAST_WORD = /^(.*[\s(])?([^\s(]*)$/s

const ATTRIBUTES: Meaning = { words: async () => (await import('./names.js')).attributeNames() }
const RULES: Meaning = { words: async world => (await import('./names.js')).ruleNames(world) }
const CODES: Meaning = { words: async () => (await import('./names.js')).codes() }
const COMPONENTS: Meaning = { words: async world => (await import('./names.js')).componentNames(world) }
const FORMATS: Meaning = { words: async world => (await import('./names.js')).formatNames(world) }
const CONDITION: Meaning = { ...ATTRIBUTES, isList: LAST_WORD, isOpen: true }

/** Options whose name says more than the word in their angle brackets. */
export const BY_NAME: ReadonlyMap<string, Meaning> = new Map([
  ['driver', { words: async world => (await import('./names.js')).driverNames(world) }],
  ['log', { words: async () => plain(THRESHOLDS) }],
  ['without', { words: async () => [{ word: 'all', says: 'all of them' }, ...optimisations()], isList: LIST, isOpen: true }],
  ['format', FORMATS],
  ['export', { words: async world => (await import('./names.js')).transportNames(world) }],
  ['condition', CONDITION],
  ['prefilter', { words: async () => (await import('./names.js')).recordTypes(), isList: LIST, isOpen: true }],
  ['fields', { ...ATTRIBUTES, isList: LIST, isOpen: true }],
  ['workers', { words: async () => [{ word: 'auto', says: 'one for each core' }] }],
  ['speed', { words: async () => [{ word: 'max', says: 'as fast as they are taken' }] }],
] satisfies [string, Meaning][])

/** What the word in angle brackets stands for. Those that nothing can be known of stand here too, so that none is forgotten. */
export const BY_PLACEHOLDER: ReadonlyMap<string, Meaning> = new Map([
  ['file', { also: 'files' }],
  ['trace', { also: 'files' }],
  ['path', { also: 'files' }],
  ['scenario', { also: 'files' }],
  ['socket', { also: 'files' }],
  ['folder', { also: 'folders' }],
  ['condition', CONDITION],
  ['channel', { words: async world => (await import('./names.js')).channelNames(world) }],
  ['attribute', ATTRIBUTES],
  ['rule', RULES],
  ['code', CODES],
  ['word', FREE],
  ['text', FREE],
  ['list', FREE],
  ['name', FREE],
  ['names', FREE],
  ['number', FREE],
  ['seconds', FREE],
  ['place', FREE],
] satisfies [string, Meaning][])

/** `list rules NAME`: the first argument says whose names follow. */
const BY_SUBJECT: ReadonlyMap<string, Meaning> = new Map([
  ['attributes', ATTRIBUTES],
  ['rules', RULES],
  ['codes', CODES],
  ['components', COMPONENTS],
])

const optimisations = (): Candidate[] => Object.entries(OPTIMISATIONS).map(([word, says]) => ({ word, says }))

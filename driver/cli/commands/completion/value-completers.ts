// SPDX-License-Identifier: Apache-2.0

import { OPTIMIZATIONS } from '../../../../core/contract/host.js'
import { THRESHOLDS } from '../../../process/log-levels.js'
import type { ProcessContext } from '../../../process/process-context.js'
import type { commandLineProgram as commandLine } from '../../command-line-options.js'
import type { CompletionCandidate, Completions } from './candidate.js'

/** How the value of an option or argument is completed. */
export interface ValueCompleter {
  readonly pathKind?: Completions['pathKind']
  candidates?(context: ProcessContext): Promise<readonly CompletionCandidate[]>
  readonly isPartial?: boolean
  /** The second group is completed; the first group is the text in front of it in the same word. */
  readonly listPattern?: RegExp
}

type Command = ReturnType<typeof commandLine>
type OptionOrArgument = Command['options'][number] | Command['registeredArguments'][number]

/**
 * The completer for the value of an option, or of the argument after those that are `given`: chosen by its choices, its name or
 * its placeholder in angle brackets.
 */
export function completerFor(holder: OptionOrArgument, given: readonly string[] = []): ValueCompleter {
  if (holder.argChoices) return { candidates: async () => plainCandidates(holder.argChoices ?? []) }
  if (!('flags' in holder)) return argumentCompleter(holder.name(), given)
  const name = holder.long?.slice(2) ?? ''
  return COMPLETERS_BY_OPTION.get(name) ?? COMPLETERS_BY_PLACEHOLDER.get(placeholderOf(holder.flags)) ?? ANY_VALUE
}

/** `--config <file>` → `file`. */
export const placeholderOf = (flags: string): string => /[<[]([\w-]+)(?:\.\.\.)?[>\]]/.exec(flags)?.[1] ?? ''

/** Any value, without candidates. */
const ANY_VALUE: ValueCompleter = {}

const argumentCompleter = (name: string, given: readonly string[]): ValueCompleter =>
  name === 'name' ? (COMPLETERS_BY_SUBJECT.get(given[0] ?? '') ?? ANY_VALUE) : (COMPLETERS_BY_PLACEHOLDER.get(name) ?? ANY_VALUE)

const plainCandidates = (words: readonly string[]): CompletionCandidate[] => words.map(word => ({ word, description: '' }))

/** Words separated by commas. */
const LIST = /^(.*,)?([^,]*)$/s
/** The last word of a condition, after a space or a parenthesis. */
const LAST_WORD = /^(.*[\s(])?([^\s(]*)$/s

const ATTRIBUTES: ValueCompleter = { candidates: async () => (await import('./candidates.js')).attributeCandidates() }
const RULES: ValueCompleter = { candidates: async context => (await import('./candidates.js')).ruleCandidates(context) }
const CODES: ValueCompleter = { candidates: async context => (await import('./candidates.js')).errorCodeCandidates(context) }
const COMPONENTS: ValueCompleter = { candidates: async context => (await import('./candidates.js')).componentCandidates(context) }
const FORMATS: ValueCompleter = { candidates: async context => (await import('./candidates.js')).formatCandidates(context) }
const CONDITION: ValueCompleter = { ...ATTRIBUTES, listPattern: LAST_WORD, isPartial: true }

/** Options whose name says more than their placeholder. */
export const COMPLETERS_BY_OPTION: ReadonlyMap<string, ValueCompleter> = new Map([
  ['driver', { candidates: async context => (await import('./candidates.js')).driverCandidates(context) }],
  ['log', { candidates: async () => plainCandidates(THRESHOLDS) }],
  [
    'disable',
    {
      candidates: async () => [{ word: 'all', description: 'all of them' }, ...optimizationCandidates()],
      listPattern: LIST,
      isPartial: true,
    },
  ],
  ['format', FORMATS],
  ['export', { candidates: async context => (await import('./candidates.js')).transportCandidates(context) }],
  ['condition', CONDITION],
  ['type', { candidates: async () => (await import('./candidates.js')).adapterCandidates() }],
  [
    'prefilter',
    { candidates: async () => (await import('./candidates.js')).recordTypeCandidates(), listPattern: LIST, isPartial: true },
  ],
  ['fields', { ...ATTRIBUTES, listPattern: LIST, isPartial: true }],
  ['workers', { candidates: async () => [{ word: 'auto', description: 'one per CPU core' }] }],
  ['speed', { candidates: async () => [{ word: 'max', description: 'as fast as possible' }] }],
] satisfies [string, ValueCompleter][])

/** Completers by placeholder. Placeholders without candidates are listed too, so that a test can find a missing one. */
export const COMPLETERS_BY_PLACEHOLDER: ReadonlyMap<string, ValueCompleter> = new Map([
  ['file', { pathKind: 'files' }],
  ['trace', { pathKind: 'files' }],
  ['path', { pathKind: 'files' }],
  ['scenario', { pathKind: 'files' }],
  ['socket', { pathKind: 'files' }],
  ['dir', { pathKind: 'folders' }],
  ['condition', CONDITION],
  ['channel', { candidates: async context => (await import('./candidates.js')).channelCandidates(context) }],
  ['type', ANY_VALUE],
  ['attribute', ATTRIBUTES],
  ['rule', RULES],
  ['code', CODES],
  ['word', ANY_VALUE],
  ['text', ANY_VALUE],
  ['list', ANY_VALUE],
  ['name', ANY_VALUE],
  ['names', ANY_VALUE],
  ['number', ANY_VALUE],
  ['megabytes', ANY_VALUE],
  ['seconds', ANY_VALUE],
  ['address', ANY_VALUE],
  ['place', ANY_VALUE],
] satisfies [string, ValueCompleter][])

/** `list rules NAME`: the first argument selects the kind of the names that follow. */
const COMPLETERS_BY_SUBJECT: ReadonlyMap<string, ValueCompleter> = new Map([
  ['attributes', ATTRIBUTES],
  ['rules', RULES],
  ['codes', CODES],
  ['components', COMPONENTS],
])

const optimizationCandidates = (): CompletionCandidate[] =>
  Object.entries(OPTIMIZATIONS).map(([word, description]) => ({ word, description }))

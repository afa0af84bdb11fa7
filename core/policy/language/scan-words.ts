// SPDX-License-Identifier: Apache-2.0

/** The words of `grammar/Sfpl.g4` by the names that they have there. */
export type WordKind =
  | 'ENTRY' | 'TEXT_KEY' | 'LIST_KEY'
  | 'AND' | 'OR' | 'NOT' | 'IN' | 'PMATCH' | 'EXISTS' | 'CONTAINS' | 'ICONTAINS' | 'STARTSWITH' | 'ENDSWITH'
  | 'INTERSECTS' | 'BCONTAINS' | 'BSTARTSWITH' | 'GLOB' | 'REGEX'
  | 'RESERVED'
  | 'LESS' | 'LESS_EQUAL' | 'GREATER' | 'GREATER_EQUAL' | 'EQUAL' | 'UNEQUAL' | 'LEFT' | 'RIGHT' | 'OPEN' | 'CLOSE' | 'COMMA'
  | 'BACKSLASH'
  | 'WORD' | 'PATH' | 'TAG' | 'DASHED' | 'STRING' | 'OTHER' // biome-ignore format: in the order of the grammar

export interface ScannedWord {
  readonly kind: WordKind
  readonly start: number
  /** Behind its last character. */
  readonly end: number
}

/**
 * Cuts a text into the words of the language exactly as the generated lexer does, blanks and comments left out: the longest
 * match counts, of equal ones the first in the grammar. The lexer finds its way through the grammar anew in each process, and
 * that took longer than all else about reading rules.
 */
export function scanWords(text: string): readonly ScannedWord[] {
  const words: ScannedWord[] = []
  for (let at = 0; at < text.length; ) {
    const blanks = lengthOf(BLANKS, text, at)
    if (blanks === 0) words.push({ ...wordAt(text, at), start: at })
    at = blanks === 0 ? (words.at(-1)?.end ?? text.length) : at + blanks
  }
  return words
}

function wordAt(text: string, at: number): { readonly kind: WordKind; readonly end: number } {
  const first = text[at] ?? ''
  if (START_OF_NAME.test(first)) return nameAt(text, at)
  for (const symbol of [text.slice(at, at + 2), first]) {
    const kind = SYMBOLS.get(symbol)
    if (kind !== undefined) return { kind, end: at + symbol.length }
  }
  let longest: { readonly kind: WordKind; readonly end: number } = { kind: 'OTHER', end: at + 1 }
  for (const { kind, pattern } of OTHER_STARTS.get(first) ?? []) {
    const end = at + lengthOf(pattern, text, at)
    if (end >= longest.end) longest = { kind, end }
  }
  return longest
}

/** Everything that begins with a letter, digit, slash or dot. Looked for in this order, each is longer than those above it. */
function nameAt(text: string, at: number): { readonly kind: WordKind; readonly end: number } {
  const word = lengthOf(WORD, text, at)
  const path = word === 0 || text[at + word] === '/' ? lengthOf(PATH, text, at) : 0
  const tag = Math.max(tagLength(text, at, word), tagLength(text, at, path))
  if (tag > 0) return { kind: 'TAG', end: at + tag }
  if (path > word) return { kind: 'PATH', end: at + path }
  const name = text.slice(at, at + word)
  const key = KEYS.get(name)
  const afterKey = key === undefined ? 0 : lengthOf(AFTER_KEY, text, at + word)
  if (key !== undefined && afterKey > 0) return { kind: key, end: at + word + afterKey }
  return { kind: kindOf(name), end: at + word }
}

/** A word or path of that length, a colon, and another word or path; 0 if there is none. */
function tagLength(text: string, at: number, length: number): number {
  if (length === 0 || text[at + length] !== ':') return 0
  const rest = at + length + 1
  const second = Math.max(lengthOf(WORD, text, rest), lengthOf(PATH, text, rest))
  return second === 0 ? 0 : length + 1 + second
}

function kindOf(word: string): WordKind {
  const keyword = KEYWORDS.get(word)
  if (keyword !== undefined) return keyword
  return RESERVED.has(word) || PRIORITIES.has(word.toLowerCase()) ? 'RESERVED' : 'WORD'
}

function lengthOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex - at : 0
}

const KEYS: ReadonlyMap<string, WordKind> = new Map([
  ['desc', 'TEXT_KEY'], ['description', 'TEXT_KEY'], ['condition', 'TEXT_KEY'], ['output', 'TEXT_KEY'],
  ['priority', 'TEXT_KEY'], ['enabled', 'TEXT_KEY'], ['append', 'TEXT_KEY'], ['warn_evttypes', 'TEXT_KEY'],
  ['skip-if-unknown-filter', 'TEXT_KEY'],
  ['items', 'LIST_KEY'], ['tags', 'LIST_KEY'], ['action', 'LIST_KEY'], ['actions', 'LIST_KEY'], ['prefilter', 'LIST_KEY'],
]) // biome-ignore format: a table

const SYMBOLS: ReadonlyMap<string, WordKind> = new Map([
  ['<', 'LESS'], ['<=', 'LESS_EQUAL'], ['>', 'GREATER'], ['>=', 'GREATER_EQUAL'], ['=', 'EQUAL'], ['!=', 'UNEQUAL'],
  ['(', 'LEFT'], [')', 'RIGHT'], ['[', 'OPEN'], [']', 'CLOSE'], [',', 'COMMA'],
]) // biome-ignore format: a table

const KEYWORDS: ReadonlyMap<string, WordKind> = new Map([
  ['and', 'AND'], ['or', 'OR'], ['not', 'NOT'], ['in', 'IN'], ['pmatch', 'PMATCH'], ['exists', 'EXISTS'],
  ['contains', 'CONTAINS'], ['icontains', 'ICONTAINS'], ['startswith', 'STARTSWITH'], ['endswith', 'ENDSWITH'],
  ['intersects', 'INTERSECTS'], ['bcontains', 'BCONTAINS'], ['bstartswith', 'BSTARTSWITH'], ['glob', 'GLOB'], ['regex', 'REGEX'],
]) // biome-ignore format: a table

const RESERVED: ReadonlySet<string> = new Set([
  'rule', 'filter', 'drop', 'macro', 'list', 'name', 'items', 'condition', 'desc', 'actions', 'output', 'priority', 'tags',
  'prefilter', 'enabled', 'warn_evttypes', 'skip-if-unknown-filter', 'append', 'required_engine_version',
]) // biome-ignore format: a table

/** Reserved in every mixture of letter cases. */
const PRIORITIES: ReadonlySet<string> = new Set([
  'high', 'low', 'medium', 'emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'informational', 'debug',
]) // biome-ignore format: a table

const sticky = (source: string): RegExp => new RegExp(source, 'y')

const BLANK = '[ \\t\\r\\n\\f\\u00A0]'
/** With the mark of a folded or literal text. */
const KEY_END = `${BLANK}*:(?:${BLANK}*[>|][+-]?)?`
const PATH_TEXT = '[A-Za-z0-9/.][A-Za-z0-9_./*-]*'
const SUFFIX = `:?\\[[A-Za-z0-9_/.][A-Za-z0-9_./*-]*(?::${PATH_TEXT})*\\]`

const BLANKS = sticky(`(?:${BLANK}|#[^\\r\\n]*)+`)
const START_OF_NAME = /[A-Za-z0-9_/.]/
const AFTER_KEY = sticky(KEY_END)
const WORD = sticky(`[A-Za-z0-9_](?:[A-Za-z0-9_.*-]|${SUFFIX})*`)
const PATH = sticky(PATH_TEXT)

/** Of the choices in a pattern, the first that fits is the longest: doubled quotes come before single ones. */
const OTHER_STARTS: ReadonlyMap<string, readonly { readonly kind: WordKind; readonly pattern: RegExp }[]> = new Map([
  ['-', [
    { kind: 'ENTRY', pattern: sticky(`-${BLANK}+(?:rule|drop|filter|macro|list|required_engine_version)${KEY_END}`) },
    { kind: 'DASHED', pattern: sticky('-[A-Za-z0-9_-][A-Za-z0-9_./*-]*') },
  ]],
  ['"', [{ kind: 'STRING', pattern: sticky('""[^"\\r\\n\\t )\\],=<>!][^"\\r\\n]*""|"[^"\\r\\n]*"') }]],
  ["'", [{ kind: 'STRING', pattern: sticky("''[^'\\r\\n\\t )\\],=<>!][^'\\r\\n]*''|'[^'\\r\\n]*'") }]],
  ['\\', [
    { kind: 'BACKSLASH', pattern: sticky('\\\\') },
    { kind: 'STRING', pattern: sticky('\\\\"[^"\\r\\n]*\\\\"|\\\\\'[^\'\\r\\n]*\\\\\'') },
  ]],
]) // biome-ignore format: a table

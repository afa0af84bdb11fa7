// SPDX-License-Identifier: Apache-2.0
import { Composer, type CST, type Document, isScalar, Lexer, type Node, Parser, visit, type YAMLMap } from 'yaml'

export interface YamlReaderOptions {
  /** `failsafe`: every scalar is a text, so 080, yes and 1e3 stay as written. */
  readonly schema?: 'core' | 'failsafe'
  readonly repeatedKeys: 'refuse' | 'allow'
  /** Keys that may be repeated even if others may not. */
  readonly mayRepeat?: (key: string) => boolean
  /** With aliases, a short text can represent a very long one. A caller that allows them must limit the expansion. */
  readonly aliases: 'refuse' | 'allow'
}

/** Why a text is rejected, and where: offsets into the text. */
export interface YamlError {
  readonly kind: 'syntax' | 'depth' | 'repeated key' | 'alias'
  readonly reason: string
  /** For syntax errors: equal for errors of one kind. */
  readonly code: string
  readonly start: number
  readonly end: number
}

export interface YamlReading {
  /** Empty if the text is nested too deeply. */
  readonly documents: readonly Document[]
  /** In the order of the text. */
  readonly errors: readonly YamlError[]
}

/**
 * Far more than our files need. The package composes trees by recursion, and V8 aborts the process if the recursion is too deep.
 */
export const MAX_YAML_DEPTH = 100

/** The documents of a YAML text as trees with positions (`node.range`), and all errors in the text. */
export function readYamlText(text: string, options: YamlReaderOptions): YamlReading {
  const { schema = 'core', repeatedKeys, mayRepeat = () => false, aliases } = options
  const tokens = tokensOf(text)
  if (!Array.isArray(tokens)) return { documents: [], errors: [tokens] }
  // The package's own check of unique keys is quadratic.
  const composer = new Composer({ schema, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' })
  const documents = withoutStacks(() => [...composer.compose(tokens, false, text.length)])
  const errors = documents.flatMap(document => [
    ...document.errors.map(
      ({ message, code, pos: [start, end] }): YamlError => ({ kind: 'syntax', reason: message, code, start, end }),
    ),
    ...(repeatedKeys === 'refuse' ? repeatedKeysIn(document, mayRepeat) : []),
    ...(aliases === 'refuse' ? aliasesIn(document) : []),
  ])
  return { documents, errors: errors.sort((a, b) => a.start - b.start) }
}

function tokensOf(text: string): CST.Token[] | YamlError {
  const parser = new Parser()
  const tokens: CST.Token[] = []
  let start = 0
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    if (parser.stack.length > MAX_YAML_DEPTH) {
      const reason = `it has more than ${MAX_YAML_DEPTH} nested levels`
      return { kind: 'depth', reason, code: 'TOO_DEEP', start, end: start + 1 }
    }
    start = parser.offset
  }
  for (const token of parser.end()) tokens.push(token)
  return tokens
}

/** The package creates an error object per wrong token. With stack traces, 1 MB of brackets would take 700 MB. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return work()
  } finally {
    Error.stackTraceLimit = limit
  }
}

function repeatedKeysIn(document: Document, mayRepeat: (key: string) => boolean): YamlError[] {
  const errors: YamlError[] = []
  visit(document, { Map: (_, map) => void errors.push(...repeatedKeysOf(map, mayRepeat)) })
  return errors
}

function repeatedKeysOf(map: YAMLMap, mayRepeat: (key: string) => boolean): YamlError[] {
  const seen = new Set<string>()
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key)) return []
    const name = String(key.value)
    const [start, end] = rangeOf(key)
    const isRepeated = seen.has(name) && !mayRepeat(name)
    seen.add(name)
    return isRepeated
      ? [{ kind: 'repeated key' as const, reason: `the key "${name}" is repeated`, code: 'REPEATED_KEY', start, end }]
      : []
  })
}

function aliasesIn(document: Document): YamlError[] {
  const errors: YamlError[] = []
  visit(document, {
    Alias: (_, alias) => {
      const [start, end] = rangeOf(alias)
      errors.push({ kind: 'alias', reason: `alias "*${alias.source}" is not allowed`, code: 'ALIAS', start, end })
    },
  })
  return errors
}

const rangeOf = (node: Node): readonly [number, number] => {
  const [start, end] = node.range ?? [0, 1]
  return [start, end]
}

// SPDX-License-Identifier: Apache-2.0
import { Composer, type CST, type Document, isScalar, Lexer, type LineCounter, type Pair, Parser, visit } from 'yaml'
import { messageOf } from '../../../core/errors/reason.js'
import { blankComments } from './blank-comments.js'
import { isCommentKey } from './comment-key.js'

/** Why a text is not a valid document, with the position. */
export class DocumentError {
  readonly reason: string
  readonly start: number
  readonly end: number

  constructor(reason: string, start: number, end: number) {
    this.reason = reason
    this.start = start
    this.end = end
  }
}

/** No pipeline needs this depth. The yaml package composes trees by recursion, and V8 aborts the process at a certain depth. */
const MAX_DEPTH = 100

/** Parses JSON with comments as YAML, which gives positions. `lines` records the start of each line. */
export function composeDocument(text: string, lines: LineCounter): Document | DocumentError {
  lines.addNewLine(0)
  const { text: withoutComments, unclosedAt } = blankComments(text)
  if (unclosedAt !== undefined) return new DocumentError('this comment has no end: "*/" is missing', unclosedAt, unclosedAt + 2)
  try {
    const document = compose(withoutComments, lines)
    if (document instanceof DocumentError) return document
    const [error] = document.errors
    if (error) return new DocumentError(syntaxText(error.message), error.pos[0], error.pos[1])
    const repeated = repeatedKey(document)
    if (repeated) return repeated
    // Aliases are resolved here once, within the limit of the parser, so that they cannot multiply later.
    document.toJS({ maxAliasCount: 100 })
    return document
  } catch (error) {
    // The aliases expand beyond the limit.
    return new DocumentError(messageOf(error), 0, 1)
  }
}

export const keyText = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key))

function compose(text: string, lines: LineCounter): Document | DocumentError {
  const parser = new Parser(lines.addNewLine)
  const tokens: CST.Token[] = []
  let offset = 0
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme))
    if (parser.stack.length > MAX_DEPTH)
      return new DocumentError(`it has more than ${MAX_DEPTH} nested levels`, offset, offset + 1)
    offset = parser.offset
  }
  tokens.push(...parser.end())
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false })
  const [document, another] = withoutStacks(() => [...composer.compose(tokens, true, text.length)])
  if (another) return new DocumentError('the file has a second document', another.range[0], another.range[1])
  return document ?? new DocumentError('the file is empty', 0, 1)
}

/** The check of the yaml package compares each key with each other key. */
function repeatedKey(document: Document): DocumentError | undefined {
  let repeated: DocumentError | undefined
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<string>()
      for (const pair of map.items) {
        const key = keyText(pair)
        if (seen.has(key) && !isCommentKey(key)) {
          const [start, end] = (isScalar(pair.key) && pair.key.range) || [0, 1]
          repeated = new DocumentError(`map keys must be unique, "${key}" occurs twice`, start, end)
          return visit.BREAK
        }
        seen.add(key)
      }
      return undefined
    },
  })
  return repeated
}

/** The yaml package creates an error object for each invalid token: with stack traces, 1 MB of brackets would take gigabytes. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return work()
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** Messages of the yaml package are about YAML; the one for a missing bracket is rewritten for JSON. */
function syntaxText(message: string): string {
  const [, bracket] = /end with a ([}\]])$/.exec(message) ?? []
  return bracket === undefined ? lowerFirst(message) : `"${bracket}" is missing here`
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).split('\n')[0]

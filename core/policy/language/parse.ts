// SPDX-License-Identifier: Apache-2.0
import { ANTLRInputStream } from 'antlr4ts/ANTLRInputStream.js'
import { BailErrorStrategy } from 'antlr4ts/BailErrorStrategy.js'
import { CommonTokenStream } from 'antlr4ts/CommonTokenStream.js'
import { ParseCancellationException } from 'antlr4ts/misc/ParseCancellationException.js'
import type { ParserRuleContext } from 'antlr4ts/ParserRuleContext.js'
import { RecognitionException } from 'antlr4ts/RecognitionException.js'
import type { Token } from 'antlr4ts/Token.js'
import { SfplLexer } from '../../../grammar/generated/SfplLexer.js'
import {
  type ConjunctionContext,
  type ExpressionContext,
  type MemberContext,
  type OperandContext,
  SfplParser,
  type TermContext,
} from '../../../grammar/generated/SfplParser.js'
import type { FaultCode } from '../../errors/catalogue.js'
import type { Details } from '../../errors/fault.js'
import type { SourceSpan, SourceText } from '../../errors/source-text.js'
import { BINARY_OPERATORS, type OperatorName, WRITTEN_OPERATORS } from '../operators.js'
import { withoutQuotes } from '../quotes.js'
import type { Atom, ComparisonMember, Expression } from './ast.js'
import { type MappedText, mappedSlice } from './mapped-text.js'
import type { PolicyFindings } from './policy-findings.js'

/**
 * Parses a condition. This is the only file that uses the parser generator. The grammar decides everything by the next token, so
 * one pass is enough. It stops at the first error, because further errors in a condition mostly result from the first.
 */
export function parseCondition(text: MappedText, findings: PolicyFindings): Expression | undefined {
  const outcome = readCondition(text)
  if ('tree' in outcome) return outcome.tree
  // In Falco, a text may contain a quote after a backslash, which ends a text in our language. This syntax is tried only if the
  // condition is invalid in ours.
  if (/["'].*\\["']/.test(text.text)) {
    const second = readCondition({
      ...text,
      text: text.text.replaceAll('\\"', ESCAPED_QUOTE).replaceAll("\\'", ESCAPED_APOSTROPHE),
    })
    if ('tree' in second) return second.tree
  }
  reportFailure(outcome, findings)
  return undefined
}

/** The words of a file: entries, their fields, and for each field the span of its value. */
export interface WordField {
  readonly key: string
  readonly keySpan: SourceSpan
  /** The text after the key or, for a list, after the list. */
  readonly words: SourceSpan | undefined
  readonly items: readonly SourceSpan[] | undefined
}

export interface SyntaxProblem {
  readonly span: SourceSpan
  readonly found: string
  readonly expected: string
}

export function parseWords(
  source: SourceText,
): { readonly entries: readonly (readonly WordField[])[] } | { readonly problem: SyntaxProblem } {
  const whole = mappedSlice(source, 0, source.text.length)
  const { parser } = parserOf(whole.text)
  const outcome = attempt(() => parser.policy())
  if ('error' in outcome) {
    const token = outcome.error.getOffendingToken()
    const expectsEntry = outcome.error.expectedTokens?.contains(SfplParser.ENTRY) ?? false
    return {
      problem: {
        span: tokenSpan(token, whole),
        found: nameOf(token),
        expected: expectsEntry ? 'an entry such as "- rule: NAME"' : 'a list in brackets',
      },
    }
  }
  const entries = outcome.context.entry().map(entry => [
    wordField(entry.ENTRY().symbol, entry.words(), undefined, whole),
    ...entry.field().map(field => {
      const items = field
        .listing()
        ?.item()
        .map(item => contextSpan(item, whole))
      return wordField((field.TEXT_KEY() ?? field.LIST_KEY())?.symbol, field.words(), items, whole)
    }),
  ])
  return { entries }
}

function wordField(
  key: Token | undefined,
  words: ParserRuleContext | undefined,
  items: readonly SourceSpan[] | undefined,
  whole: MappedText,
): WordField {
  const text = key?.text ?? ''
  const [name] = /[a-z_][a-z_-]*(?=\s*:)/.exec(text) ?? ['']
  const start = (key?.startIndex ?? 0) + text.indexOf(name)
  return { key: name, keySpan: whole.span(start, start + name.length), words: words && contextSpan(words, whole), items }
}

// --- conditions ---

/**
 * Placeholders for a backslash and a quote in the second attempt. They are in the private use area, so that no text contains
 * them.
 */
const ESCAPED_QUOTE = '\uE000\uE001'
const ESCAPED_APOSTROPHE = '\uE000\uE002'
const MAX_DEPTH = 200

type Outcome = { readonly tree: Expression } | Failure
type Failure =
  | {
      readonly kind: 'syntax'
      readonly span: SourceSpan
      readonly found: Token
      readonly expected: string
      readonly hint: string | undefined
    }
  | { readonly kind: 'alone'; readonly span: SourceSpan; readonly found: string }
  | { readonly kind: 'deep'; readonly span: SourceSpan }

class BareValueError extends Error {
  readonly operand: Atom
  constructor(operand: Atom) {
    super('a value alone is not a condition')
    this.operand = operand
  }
}

function readCondition(text: MappedText): Outcome {
  const { tokens, parser } = parserOf(text.text)
  const deep = tokenTooDeep(tokens)
  if (deep) return { kind: 'deep', span: tokenSpan(deep, text) }
  const outcome = attempt(() => parser.condition())
  if ('error' in outcome) {
    const token = outcome.error.getOffendingToken()
    const before = token && token.tokenIndex > 0 ? tokens.get(token.tokenIndex - 1) : undefined
    const found = token ?? tokens.LT(1)
    const expected = outcome.error.expectedTokens
    const wantsValue = expected?.contains(SfplParser.WORD) ?? false
    const wantsOpen = expected?.contains(SfplParser.LEFT) ?? false
    const expectation = wantsValue
      ? wantsOpen
        ? 'a condition'
        : 'a value'
      : wantsOpen
        ? '"("'
        : expected?.contains(SfplParser.RIGHT)
          ? '"and", "or" or ")"'
          : '"and", "or" or the end of the condition'
    return { kind: 'syntax', span: tokenSpan(found, text), found, expected: expectation, hint: hintFor(found, before) }
  }
  try {
    return { tree: new ExpressionBuilder(text).expression(outcome.context.expression()) }
  } catch (error) {
    if (!(error instanceof BareValueError)) throw error
    return { kind: 'alone', span: error.operand.span, found: error.operand.raw }
  }
}

function reportFailure(failure: Failure, findings: PolicyFindings): void {
  const { code, details } = describeFailure(failure)
  findings.error(code, details, failure.span)
}

function describeFailure(failure: Failure): { readonly code: FaultCode; readonly details: Details } {
  switch (failure.kind) {
    case 'deep':
      return { code: 'SFP_POLICY_TOO_DEEP', details: { thing: 'condition', limit: MAX_DEPTH } }
    case 'alone':
      return { code: 'SFP_POLICY_VALUE_ALONE', details: { found: failure.found } }
    case 'syntax': {
      const { found, expected, hint } = failure
      if (found.type === SfplParser.RESERVED) return { code: 'SFP_POLICY_RESERVED_WORD', details: { word: found.text ?? '' } }
      if (found.type === SfplParser.EOF) return { code: 'SFP_POLICY_CONDITION_ENDS', details: { expected } }
      const advice = hint ? `${expected}. ${hint}` : expected
      return { code: 'SFP_POLICY_CONDITION', details: { found: nameOf(found), advice } }
    }
    default:
      return failure satisfies never
  }
}

/** Hints for syntax of other languages. */
function hintFor(found: Token, before: Token | undefined): string | undefined {
  const text = found.text ?? ''
  const lower = text.toLowerCase()
  if (found.type === SfplParser.WORD && lower !== text && KEYWORDS.has(lower)) return `Write keywords in lower case: ${lower}`
  if (text === '=' && before?.type === SfplParser.EQUAL) return 'Write "=" for equality'
  if (text === '&') return 'Write "and"'
  if (text === '|') return 'Write "or"'
  if (text === '!') return 'Write "not"'
  if (text === '"' || text === "'") return 'A string must end on the line where it starts'
  if (found.type === SfplParser.EXISTS) return 'Write exists after the name: NAME exists'
  if (found.type === SfplParser.OTHER) return 'Put a value with this character in quotes'
  return undefined
}

/** Reserved words, in lower case. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  ...WRITTEN_OPERATORS.filter(operator => /^\w+$/.test(operator)),
])
const OPERATORS: ReadonlyMap<string, OperatorName> = new Map(BINARY_OPERATORS.map(name => [name, name]))

/** The token at which the nesting exceeds the limit for safe recursion over the tree, if there is one. */
function tokenTooDeep(tokens: CommonTokenStream): Token | undefined {
  tokens.fill()
  const opened: number[] = []
  let depth = 0
  for (const token of tokens.getTokens()) {
    if (token.type === SfplParser.NOT) depth++
    else if (token.type === SfplParser.LEFT) {
      opened.push(depth)
      depth++
    } else depth = token.type === SfplParser.RIGHT ? depthAfterClosing(opened) : (opened.at(-1) ?? -1) + 1
    if (depth > MAX_DEPTH) return token
  }
  return undefined
}

/** The depth after a closing parenthesis: the `not`s before the opening one have had their term. */
function depthAfterClosing(opened: number[]): number {
  opened.pop()
  return (opened.at(-1) ?? -1) + 1
}

class ExpressionBuilder {
  readonly #text: MappedText

  constructor(text: MappedText) {
    this.#text = text
  }

  expression(context: ExpressionContext): Expression {
    const terms = context.conjunction().map(conjunction => this.conjunction(conjunction))
    const [first] = terms
    return first && terms.length === 1 ? first : { kind: 'or', terms, span: contextSpan(context, this.#text) }
  }

  conjunction(context: ConjunctionContext): Expression {
    const terms = context.term().map(term => this.term(term))
    const [first] = terms
    return first && terms.length === 1 ? first : { kind: 'and', terms, span: contextSpan(context, this.#text) }
  }

  term(context: TermContext): Expression {
    const inner = context.expression()
    if (inner) return this.expression(inner)
    const span = contextSpan(context, this.#text)
    const negated = context.term()
    if (negated) return { kind: 'not', term: this.term(negated), span }
    const operand = context.operand()
    if (!operand) throw new Error('the grammar gave a term of no kind')
    const left = this.atom(operand)
    const test = context.test()
    if (!test) {
      if (isName(operand)) return { kind: 'macro', name: left.text, span }
      throw new BareValueError(left)
    }
    if (test.EXISTS()) return { kind: 'comparison', operator: 'exists', left, right: [], span }
    const comparison = test.comparison()
    const right = test.operand()
    if (comparison && right) {
      const operator = OPERATORS.get(comparison.text)
      if (operator) return { kind: 'comparison', operator, left, right: [this.atom(right)], span }
    }
    const operator = test.IN() ? 'in' : test.INTERSECTS() ? 'intersects' : 'pmatch'
    return { kind: 'comparison', operator, left, right: test.member().map(member => this.member(member)), span }
  }

  member(context: MemberContext): ComparisonMember {
    const operand = context.operand()
    if (operand) return this.atom(operand)
    const items =
      context
        .literals()
        ?.operand()
        .map(item => this.atom(item)) ?? []
    return { kind: 'list', items, span: contextSpan(context, this.#text) }
  }

  atom(context: OperandContext): Atom {
    const read = context.text
    const raw = read.replaceAll(ESCAPED_QUOTE, '\\"').replaceAll(ESCAPED_APOSTROPHE, "\\'")
    const quoted = context.STRING() !== undefined
    const text = quoted ? withoutQuotes(read).replaceAll(ESCAPED_QUOTE, '"').replaceAll(ESCAPED_APOSTROPHE, "'") : read
    return { kind: 'atom', raw, text, quoted, span: contextSpan(context, this.#text) }
  }
}

/** Operators that were added later than the others are still valid names. */
const isName = (operand: OperandContext): boolean =>
  [operand.WORD(), operand.INTERSECTS(), operand.BCONTAINS(), operand.BSTARTSWITH(), operand.GLOB(), operand.REGEX()].some(
    token => token !== undefined,
  )

// --- the generator's types end here ---

function parserOf(text: string): { readonly tokens: CommonTokenStream; readonly parser: SfplParser } {
  const lexer = new SfplLexer(new ANTLRInputStream(text))
  lexer.removeErrorListeners()
  const tokens = new CommonTokenStream(lexer)
  const parser = new SfplParser(tokens)
  parser.removeErrorListeners()
  parser.errorHandler = new BailErrorStrategy()
  return { tokens, parser }
}

function attempt<C>(rule: () => C): { readonly context: C } | { readonly error: RecognitionException } {
  try {
    return { context: rule() }
  } catch (error) {
    const cause = error instanceof ParseCancellationException ? error.getCause() : undefined
    if (cause instanceof RecognitionException) return { error: cause }
    throw error
  }
}

const nameOf = (token: Token | undefined): string => {
  const text = token?.text ?? ''
  if (!token || token.type === SfplParser.EOF) return 'end of file'
  if (text === '"' || text === "'") return 'open quote'
  return text.length > 40 ? `"${text.slice(0, 40)}..."` : /^["']/.test(text) && text.length > 1 ? text : `"${text}"`
}

const tokenSpan = (token: Token | undefined, text: MappedText): SourceSpan =>
  token ? text.span(token.startIndex, Math.max(token.startIndex, token.stopIndex + 1)) : text.span(0, 0)

const contextSpan = (context: ParserRuleContext, text: MappedText): SourceSpan =>
  text.span(context.start.startIndex, Math.max(context.start.startIndex, (context.stop ?? context.start).stopIndex + 1))

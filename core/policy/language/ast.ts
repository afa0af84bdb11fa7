// SPDX-License-Identifier: Apache-2.0
import type { SourceSpan } from '../../errors/source-text.js'
import type { WrittenOperator } from '../operators.js'

/**
 * The tree of a condition as written: names are not resolved, macros and lists are not expanded. It is independent of the parser.
 */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Expression[]; readonly span: SourceSpan }
  | { readonly kind: 'not'; readonly term: Expression; readonly span: SourceSpan }
  | { readonly kind: 'macro'; readonly name: string; readonly span: SourceSpan }
  | Comparison

export interface Comparison {
  readonly kind: 'comparison'
  readonly operator: WrittenOperator
  readonly left: Atom
  /** One atom for the binary operators, none for `exists`, any number for operators that take a list. */
  readonly right: readonly ComparisonMember[]
  readonly span: SourceSpan
}

/** A list in brackets may be a member of an operator that takes a list. */
export type ComparisonMember = Atom | { readonly kind: 'list'; readonly items: readonly Atom[]; readonly span: SourceSpan }

export interface Atom {
  readonly kind: 'atom'
  /** As written, with its quotes. */
  readonly raw: string
  /** Without its quotes. */
  readonly text: string
  readonly quoted: boolean
  readonly span: SourceSpan
}

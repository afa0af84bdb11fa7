// SPDX-License-Identifier: Apache-2.0
import type { OperatorName } from '../policy.js'
import type { Span } from './source.js'

/**
 * The tree of a condition as it is written: names are not looked up, nothing is put in its place. It knows nothing of the
 * parser that made it.
 */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Expression[]; readonly span: Span }
  | { readonly kind: 'not'; readonly term: Expression; readonly span: Span }
  | { readonly kind: 'macro'; readonly name: string; readonly span: Span }
  | Comparison

export interface Comparison {
  readonly kind: 'comparison'
  readonly operator: OperatorName
  readonly left: Atom
  /** One atom for the binary operators, none for `exists`, any number for `in` and `pmatch`. */
  readonly right: readonly Member[]
  readonly span: Span
}

/** A list in brackets may stand among the members of `in` and `pmatch`. */
export type Member = Atom | { readonly kind: 'list'; readonly items: readonly Atom[]; readonly span: Span }

export interface Atom {
  readonly kind: 'atom'
  /** As written, with its quotes. */
  readonly raw: string
  /** Without its quotes. */
  readonly text: string
  readonly quoted: boolean
  readonly span: Span
}

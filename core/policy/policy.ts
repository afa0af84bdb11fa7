// SPDX-License-Identifier: Apache-2.0
import type { RuleMetadata } from '../contract/evaluated-batch.js'
import type { SourcePosition } from '../errors/fault.js'
import type { OperatorName } from './operators.js'

/**
 * A checked policy: macros and lists are expanded, and every attribute is known to the adapter. The language front end creates it
 * from text; the plan and the interpreter evaluate it without the text.
 */
export interface Policy {
  /** In the order of the text, files in path order. */
  readonly rules: readonly Rule[]
  /** A record that any filter matches is dropped before rules are evaluated. */
  readonly filters: readonly DropFilter[]
}

export interface Rule extends RuleMetadata {
  readonly condition: RuleCondition
  /** Record types that the rule is evaluated for; empty: all. */
  readonly prefilter: readonly string[]
  readonly enabled: boolean
  /** In the order of execution. */
  readonly actions: readonly NamedAction[]
  readonly position: SourcePosition
}

/** `NAME` or `NAME:ARGUMENT` among the actions of a rule. */
export interface NamedAction {
  readonly name: string
  /** Empty if there is none. */
  readonly argument: string
  readonly position: SourcePosition
}

export interface DropFilter {
  readonly name: string
  readonly condition: RuleCondition
  readonly enabled: boolean
  readonly position: SourcePosition
}

/**
 * `unavailable` replaces a comparison of an attribute that the adapter never has. It is neither true nor false: `not` preserves
 * it, `and`/`or` ignore it if the other side decides. A rule matches only if its condition is true.
 */
export type RuleCondition =
  | { readonly kind: 'all' | 'any'; readonly terms: readonly RuleCondition[] }
  | { readonly kind: 'not'; readonly term: RuleCondition }
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'unavailable'; readonly attribute: string }
  | { readonly kind: 'criterion'; readonly criterion: Criterion }

/**
 * One comparison. `right` has one operand for the binary operators, the members for `in` and `pmatch`, none for `exists`.
 *
 * Text operators (= != contains icontains bcontains startswith bstartswith endswith in pmatch glob regex) compare each side as
 * texts: a list attribute has its elements (an empty list has one empty text), everything else one text (numbers and timestamps
 * in decimal, booleans true/false). Texts of attributes lose one bounding quote on each side. The test holds if it does for any
 * pair; `!=` is the negation of `=`. `in` is `=` and `pmatch` is `contains` with any member. `regex` must match the whole text
 * (RE2 syntax), and so must `glob` (`*`, `?`, `[...]`). `bcontains` and `bstartswith` compare the bytes of the text in UTF-8 with
 * the bytes of the hex digits on the right. An operand that is not an even number of hex digits never matches.
 *
 * Number operators (< <= > >=) compare numbers, timestamps and lists of numbers (any element) by value, and every other attribute
 * as 0; a literal is a decimal number. `exists` holds unless the value is 0, false or empty.
 */
export interface Criterion {
  readonly operator: OperatorName
  readonly left: Operand
  readonly right: readonly Operand[]
}

export type Operand =
  /**
   * `attribute` is the canonical name; `path` is the suffix in brackets, '' if there is none: an index into a list, or a path
   * into JSON.
   */
  | { readonly kind: 'attribute'; readonly attribute: string; readonly path: string }
  | { readonly kind: 'literal'; readonly text: string }

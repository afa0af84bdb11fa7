// SPDX-License-Identifier: Apache-2.0
import type { RuleMetadata } from '../contract/evaluated-batch.js'
import type { SourcePosition } from '../errors/fault.js'
import type { OperatorName } from './operators.js'

/**
 * A checked policy: macros put in their places, lists expanded, every attribute known to the source. The language front
 * end makes it from text, the plan and the interpreter run it; neither sees the text again.
 */
export interface Policy {
  /** In the order in which they are written, files in path order. */
  readonly rules: readonly Rule[]
  /** A record that any of these matches is dropped before a rule sees it. */
  readonly filters: readonly DropFilter[]
}

export interface Rule extends RuleMetadata {
  readonly condition: RuleCondition
  /** Record types that it is tried on; empty: all. */
  readonly prefilter: readonly string[]
  readonly enabled: boolean
  /** In the order in which they are done. */
  readonly actions: readonly NamedAction[]
  readonly position: SourcePosition
}

/** `NAME` or `NAME:ARGUMENT` among the actions of a rule. */
export interface NamedAction {
  readonly name: string
  /** Empty without one. */
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
 * `unavailable` stands where the text compares an attribute that this source never has. It is neither true nor false:
 * `not` leaves it so, `and`/`or` ignore it if the other side decides, and a rule fires only if its condition is true.
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
 * Text operators (= != contains icontains bcontains startswith bstartswith endswith in pmatch glob regex) take each side as texts: a list attribute
 * gives its elements (an empty list one empty text), everything else one text (numbers and clocks in decimal, booleans
 * true/false); texts of attributes lose one bounding quote on each side. The test holds if it does for any pair; `!=` is the
 * negation of `=`. `in` is `=` and `pmatch` is `contains` with any member. `regex` must fit the whole text (RE2 syntax),
 * so must `glob` (`*`, `?`, `[...]`). `bcontains` and `bstartswith` compare the bytes of the text in UTF-8 with those that the
 * hex digits on the right stand for; what is no even number of them is met nowhere.
 *
 * Number operators (< <= > >=) take numbers, clocks and lists of numbers (any element) as they are, every other attribute
 * as 0; a literal is a decimal number. `exists` holds unless the value is 0, false or empty.
 */
export interface Criterion {
  readonly operator: OperatorName
  readonly left: Operand
  readonly right: readonly Operand[]
}

export type Operand =
  /** `attribute` is the canonical name; `path` is the suffix in brackets, '' if there is none: an index into a list, or a path into JSON. */
  | { readonly kind: 'attribute'; readonly attribute: string; readonly path: string }
  | { readonly kind: 'literal'; readonly text: string }

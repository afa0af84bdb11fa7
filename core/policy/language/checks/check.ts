// SPDX-License-Identifier: Apache-2.0
import { nearest } from '../../../errors/nearest.js'
import { takesList } from '../../operators.js'
import type { Atom, Comparison, Expression } from '../ast.js'
import type { ConditionalDeclaration, Declarations } from '../declare/declarations.js'
import type { AttributeLookup } from '../operand-meaning.js'
import type { PolicyFindings } from '../policy-findings.js'

/** Examines all declarations and reports its findings. */
export type Check = (context: CheckContext) => void

export interface CheckContext {
  readonly declarations: Declarations
  readonly attributes: AttributeLookup
  readonly recordTypes: readonly string[]
  readonly findings: PolicyFindings
  /** The nearest candidate, or '' if none is near. */
  readonly suggest: (word: string, candidates: Iterable<string>) => string
}

/** Maximum number of words per load that get suggestions. Suggestions for more words would take too long. */
const MAX_SUGGESTIONS = 300

export function createSuggester(): CheckContext['suggest'] {
  let count = 0
  return (word, candidates) => (count++ < MAX_SUGGESTIONS ? (nearest(word, candidates) ?? '') : '')
}

/** Every rule, filter and macro. */
export function* conditionals({ rules, filters, macros }: Declarations): Iterable<ConditionalDeclaration> {
  yield* macros.all()
  yield* filters
  yield* rules
}

/** Every node of a tree except `and`, `or` and `not`. */
export function* leaves(tree: Expression | undefined): Iterable<Exclude<Expression, { kind: 'and' | 'or' | 'not' }>> {
  if (!tree) return
  switch (tree.kind) {
    case 'and':
    case 'or':
      for (const term of tree.terms) yield* leaves(term)
      break
    case 'not':
      yield* leaves(tree.term)
      break
    case 'macro':
    case 'comparison':
      yield tree
      break
    default:
      tree satisfies never
  }
}

/** Every comparison of a load. */
export function* comparisons(declarations: Declarations): Iterable<Comparison> {
  for (const { condition } of conditionals(declarations))
    for (const leaf of leaves(condition)) if (leaf.kind === 'comparison') yield leaf
}

/** The operand on the right of a binary operator; undefined for `exists` and operators that take a list. */
export function rightOperand({ operator, right }: Comparison): Atom | undefined {
  if (takesList(operator)) return undefined
  const [operand] = right
  return operand?.kind === 'atom' ? operand : undefined
}

/** The members of an operator that takes a list, as written, including the items of lists in brackets. */
export function* members({ operator, right }: Comparison): Iterable<Atom> {
  if (!takesList(operator)) return
  for (const member of right) {
    if (member.kind === 'atom') yield member
    else yield* member.items
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Condition } from '../policy.js'

/** `all` of nothing is true, `any` of nothing false; constants and nested terms of the same kind are put away. */
export function joined(kind: 'all' | 'any', terms: readonly Condition[]): Condition {
  const decides = kind === 'any'
  const flat: Condition[] = []
  for (const term of terms) {
    if (term.kind === 'constant') {
      if (term.value === decides) return term
    } else if (term.kind === kind) for (const inner of term.terms) flat.push(inner)
    else flat.push(term)
  }
  const [first] = flat
  if (!first) return { kind: 'constant', value: !decides }
  return flat.length === 1 ? first : { kind, terms: flat }
}

export function negated(term: Condition): Condition {
  if (term.kind === 'constant') return { kind: 'constant', value: !term.value }
  return term.kind === 'not' ? term.term : { kind: 'not', term }
}

/**
 * Whether a condition can come out true, and false. What stands for an unavailable attribute can do neither. Comparisons are
 * taken to be independent, so "can" is generous.
 */
export function possibilities(condition: Condition): { readonly true: boolean; readonly false: boolean } {
  switch (condition.kind) {
    case 'all':
    case 'any': {
      const terms = condition.terms.map(possibilities)
      const every = condition.kind === 'all'
      return {
        true: every ? terms.every(term => term.true) : terms.some(term => term.true),
        false: every ? terms.some(term => term.false) : terms.every(term => term.false),
      }
    }
    case 'not': {
      const term = possibilities(condition.term)
      return { true: term.false, false: term.true }
    }
    case 'constant':
      return { true: condition.value, false: !condition.value }
    case 'unavailable':
      return { true: false, false: false }
    case 'criterion':
      return { true: true, false: true }
    default:
      return condition satisfies never
  }
}

/** The unavailable attributes that a condition names. */
export function unavailableIn(condition: Condition, into = new Set<string>()): ReadonlySet<string> {
  switch (condition.kind) {
    case 'all':
    case 'any':
      for (const term of condition.terms) unavailableIn(term, into)
      return into
    case 'not':
      return unavailableIn(condition.term, into)
    case 'unavailable':
      return into.add(condition.attribute)
    case 'constant':
    case 'criterion':
      return into
    default:
      return condition satisfies never
  }
}

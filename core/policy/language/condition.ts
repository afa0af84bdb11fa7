// SPDX-License-Identifier: Apache-2.0
import type { RuleCondition } from '../policy.js'

/** Empty `all` is true, empty `any` is false. Constants and nested terms of the same kind are simplified. */
export function joinConditions(kind: 'all' | 'any', terms: readonly RuleCondition[]): RuleCondition {
  const decides = kind === 'any'
  const flat: RuleCondition[] = []
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

export function negateCondition(term: RuleCondition): RuleCondition {
  if (term.kind === 'constant') return { kind: 'constant', value: !term.value }
  return term.kind === 'not' ? term.term : { kind: 'not', term }
}

/**
 * Whether a condition can be true, and whether it can be false. An unavailable attribute can be neither. Comparisons are assumed
 * to be independent, so the result is an upper bound.
 */
export function possibleOutcomes(condition: RuleCondition): { readonly true: boolean; readonly false: boolean } {
  switch (condition.kind) {
    case 'all':
    case 'any': {
      const terms = condition.terms.map(possibleOutcomes)
      const every = condition.kind === 'all'
      return {
        true: every ? terms.every(term => term.true) : terms.some(term => term.true),
        false: every ? terms.some(term => term.false) : terms.every(term => term.false),
      }
    }
    case 'not': {
      const term = possibleOutcomes(condition.term)
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
export function unavailableAttributesIn(condition: RuleCondition, found = new Set<string>()): ReadonlySet<string> {
  switch (condition.kind) {
    case 'all':
    case 'any':
      for (const term of condition.terms) unavailableAttributesIn(term, found)
      return found
    case 'not':
      return unavailableAttributesIn(condition.term, found)
    case 'unavailable':
      return found.add(condition.attribute)
    case 'constant':
    case 'criterion':
      return found
    default:
      return condition satisfies never
  }
}

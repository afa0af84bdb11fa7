// SPDX-License-Identifier: Apache-2.0
import type { OperatorName } from '../../operators.js'
import type { Criterion, RuleCondition } from '../../policy.js'
import { operandKey } from '../criteria/predicate.js'

/** A condition, and the value that it must certainly have. */
export interface WantedCondition {
  readonly condition: RuleCondition
  readonly wanted: boolean
}

/**
 * Merges adjacent comparisons of one attribute into one comparison with a list: `p startswith a or p startswith b` becomes `p
 * startswith (a, b)`, and its negation likewise. Searching a list is much faster than testing single criteria in turn. `isAll`:
 * all conditions must hold, else any.
 */
export function mergeCriteria(conditions: readonly WantedCondition[], isAll: boolean): readonly WantedCondition[] {
  const merged: WantedCondition[] = []
  const lists = new Map<string, Criterion[]>()
  for (const wantedCondition of conditions.map(withoutNegation)) {
    const listed = wantedCondition.wanted === isAll ? undefined : asList(wantedCondition.condition)
    if (listed === undefined) merged.push(wantedCondition)
    else {
      const key = `${listed.operator} ${operandKey(listed.left)}`
      lists.set(key, [...(lists.get(key) ?? []), listed])
    }
  }
  for (const [first, ...others] of lists.values()) {
    if (first === undefined) continue
    const criterion = { ...first, right: [first, ...others].flatMap(({ right }) => right) }
    merged.push({ condition: { kind: 'criterion', criterion }, wanted: !isAll })
  }
  return merged
}

function withoutNegation({ condition, wanted }: WantedCondition): WantedCondition {
  let inner = condition
  let isWanted = wanted
  for (; inner.kind === 'not'; isWanted = !isWanted) inner = inner.term
  if (inner.kind !== 'criterion' || inner.criterion.operator !== '!=') return { condition: inner, wanted: isWanted }
  return { condition: { kind: 'criterion', criterion: { ...inner.criterion, operator: '=' } }, wanted: !isWanted }
}

/** The same comparison with an operator that takes a list, if there is one. */
function asList(condition: RuleCondition): Criterion | undefined {
  if (condition.kind !== 'criterion') return undefined
  const operator = LIST_OPERATORS[condition.criterion.operator]
  return operator && { ...condition.criterion, operator }
}

const LIST_OPERATORS: Readonly<Partial<Record<OperatorName, OperatorName>>> = {
  '=': 'in',
  in: 'in',
  contains: 'pmatch',
  pmatch: 'pmatch',
  icontains: 'icontains',
  bcontains: 'bcontains',
  startswith: 'startswith',
  bstartswith: 'bstartswith',
  endswith: 'endswith',
  glob: 'glob',
  regex: 'regex',
}

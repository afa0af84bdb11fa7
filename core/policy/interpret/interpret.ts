// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { RecordAdapter } from '../../contract/record-adapter.js'
import type { Policy, Rule, RuleCondition } from '../policy.js'
import { criterionHolds } from './criterion.js'

/** The value of a condition for one record. */
export type ConditionAnswer = boolean | 'unavailable'

/**
 * The direct evaluation of a condition as the documentation defines it: the oracle that the plan is tested against. It is written
 * to be obviously correct and shares no evaluation code with the plan.
 */
export function evaluateCondition<B extends Batch>(
  condition: RuleCondition,
  adapter: RecordAdapter<B>,
  batch: B,
  row: number,
): ConditionAnswer {
  switch (condition.kind) {
    case 'constant':
      return condition.value
    case 'unavailable':
      return 'unavailable'
    case 'criterion':
      return criterionHolds(condition.criterion, adapter, batch, row)
    case 'not': {
      const answer = evaluateCondition(condition.term, adapter, batch, row)
      return answer === 'unavailable' ? answer : !answer
    }
    case 'all':
      return decide(condition.terms, false, adapter, batch, row)
    case 'any':
      return decide(condition.terms, true, adapter, batch, row)
    default:
      return condition satisfies never
  }
}

/** One answer equal to `deciding` is the result. If there is none, one unavailable answer makes the result unavailable. */
function decide<B extends Batch>(
  terms: readonly RuleCondition[],
  deciding: boolean,
  adapter: RecordAdapter<B>,
  batch: B,
  row: number,
): ConditionAnswer {
  const answers = terms.map(term => evaluateCondition(term, adapter, batch, row))
  if (answers.includes(deciding)) return deciding
  return answers.includes('unavailable') ? 'unavailable' : !deciding
}

/** The result of a policy for one record: dropped by a filter, or the matching rules in the order of the policy. */
export function interpretRow<B extends Batch>(
  policy: Policy,
  adapter: RecordAdapter<B>,
  batch: B,
  row: number,
): { readonly dropped: boolean; readonly rules: readonly Rule[] } {
  const dropped = policy.filters.some(
    filter => filter.enabled && evaluateCondition(filter.condition, adapter, batch, row) === true,
  )
  if (dropped) return { dropped, rules: [] }
  const rules = policy.rules.filter(
    rule =>
      rule.enabled && appliesTo(rule, adapter, batch, row) && evaluateCondition(rule.condition, adapter, batch, row) === true,
  )
  return { dropped, rules }
}

function appliesTo<B extends Batch>(rule: Rule, adapter: RecordAdapter<B>, batch: B, row: number): boolean {
  if (rule.prefilter.length === 0 || adapter.recordTypes.length === 0) return true
  return rule.prefilter.includes(adapter.recordType?.(batch, row) ?? '')
}

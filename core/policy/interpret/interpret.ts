// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Source } from '../../contract/source.js'
import type { Condition, Policy, Rule } from '../policy.js'
import { holds } from './criterion.js'

/** What a condition says of one record. */
export type Answer = boolean | 'unavailable'

/**
 * The plain reading of a condition, as its documentation defines it: the oracle that the plan is tested against. It is
 * written to be obviously right and shares no evaluation code with the plan.
 */
export function matches<B extends Batch>(condition: Condition, source: Source<B>, batch: B, row: number): Answer {
  switch (condition.kind) {
    case 'constant':
      return condition.value
    case 'unavailable':
      return 'unavailable'
    case 'criterion':
      return holds(condition.criterion, source, batch, row)
    case 'not': {
      const answer = matches(condition.term, source, batch, row)
      return answer === 'unavailable' ? answer : !answer
    }
    case 'all':
      return decide(condition.terms, false, source, batch, row)
    case 'any':
      return decide(condition.terms, true, source, batch, row)
    default:
      return condition satisfies never
  }
}

/** One answer that equals `deciding` settles it; failing that, one unavailable answer leaves it open. */
function decide<B extends Batch>(
  terms: readonly Condition[],
  deciding: boolean,
  source: Source<B>,
  batch: B,
  row: number,
): Answer {
  const answers = terms.map(term => matches(term, source, batch, row))
  if (answers.includes(deciding)) return deciding
  return answers.includes('unavailable') ? 'unavailable' : !deciding
}

/** What a policy says of one record: dropped by a filter, or the rules that it matches in the order in which they are written. */
export function judgeRow<B extends Batch>(
  policy: Policy,
  source: Source<B>,
  batch: B,
  row: number,
): { readonly dropped: boolean; readonly rules: readonly Rule[] } {
  const dropped = policy.filters.some(filter => filter.enabled && matches(filter.condition, source, batch, row) === true)
  if (dropped) return { dropped, rules: [] }
  const rules = policy.rules.filter(
    rule => rule.enabled && isTriedOn(rule, source, batch, row) && matches(rule.condition, source, batch, row) === true,
  )
  return { dropped, rules }
}

function isTriedOn<B extends Batch>(rule: Rule, source: Source<B>, batch: B, row: number): boolean {
  if (rule.prefilter.length === 0 || source.recordTypes.length === 0) return true
  const type = source.vocabulary.find('sf.type')
  return type?.type === 'text' && rule.prefilter.includes(type.read(batch, row))
}

// SPDX-License-Identifier: Apache-2.0
import type { Report } from '../../contract/report.js'
import type { CostMeter } from '../compile/cost-meter.js'
import type { Policy } from '../policy.js'

/** The cost of the rules with one name. */
export interface RuleCost {
  readonly rule: string
  /** Records on which the rule was tested, in whole or in part; scaled up from a sample. */
  readonly evaluations: number
  /** Exact. */
  readonly matches: number
  /** Scaled up from a sample. */
  readonly seconds: number
}

/** The parts of a plan that contain its costs. */
interface MeasuredPlan {
  readonly policy: Policy
  readonly matchCounts: readonly number[]
  readonly meter: CostMeter | null
}

/** Undefined: the plan does not measure costs. */
export function costsOf({ policy, matchCounts, meter }: MeasuredPlan): readonly RuleCost[] | undefined {
  if (meter === null) return undefined
  const costs = policy.rules.map(({ name }, ruleIndex) => ({
    rule: name,
    evaluations: meter.evaluationsOf(ruleIndex),
    matches: matchCounts[ruleIndex] ?? 0,
    seconds: meter.secondsOf(ruleIndex),
  }))
  return addCosts([costs])
}

/** Adds the costs by rule name, most expensive first. Rules without cost and matches are omitted. */
export function addCosts(lists: Iterable<readonly RuleCost[]>): readonly RuleCost[] {
  const sums = new Map<string, RuleCost>()
  for (const list of lists) {
    for (const cost of list) {
      const { evaluations, matches, seconds } = sums.get(cost.rule) ?? NO_COST
      sums.set(cost.rule, {
        rule: cost.rule,
        evaluations: evaluations + cost.evaluations,
        matches: matches + cost.matches,
        seconds: Math.round((seconds + cost.seconds) * 1e6) / 1e6,
      })
    }
  }
  return [...sums.values()]
    .filter(({ evaluations, matches }) => evaluations > 0 || matches > 0)
    .sort((a, b) => b.seconds - a.seconds || b.evaluations - a.evaluations || b.matches - a.matches || (a.rule < b.rule ? -1 : 1))
}

/** The costs in an engine's report; empty if they were not measured. */
export const costsIn = ({ costs }: Report): readonly RuleCost[] => (Array.isArray(costs) ? costs : [])

const NO_COST = { evaluations: 0, matches: 0, seconds: 0 }

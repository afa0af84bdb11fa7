// SPDX-License-Identifier: Apache-2.0
import { countsIn, type Report, sumReports } from '../../contract/report.js'
import { mostFrequentFirst, mostSevereFirst } from './match-counts.js'
import { addCosts, costsIn } from './rule-costs.js'

/**
 * Merges the reports of engines with the same rules that evaluated different traces: the results are added, the facts about the
 * rules are not.
 */
export function mergeReports(reports: readonly Report[]): Report {
  const sum = sumReports(reports)
  const costs = addCosts(reports.map(costsIn))
  const { rules, filters, reloads } = reports.at(-1) ?? {}
  return {
    ...sum,
    rules,
    filters,
    byPriority: mostSevereFirst(Object.entries(countsIn(sum.byPriority))),
    byRule: mostFrequentFirst(Object.entries(countsIn(sum.byRule))),
    ...(costs.length === 0 ? {} : { costs }),
    ...(reloads === undefined ? {} : { reloads }),
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Priority, RecordView, RuleFacts } from 'sfprocessor/plugin'

/** 0 to 3 are low, 4 to 6 medium, 7 and 8 high, 9 and 10 very high. */
const SEVERITIES: Readonly<Record<Priority, number>> = {
  emergency: 10,
  alert: 9,
  critical: 9,
  error: 7,
  high: 8,
  warning: 5,
  medium: 5,
  notice: 3,
  low: 3,
  informational: 2,
  debug: 1,
}

/** Of a record that no rule matched it is 0. */
export const severityOf = (rule: RuleFacts | undefined): number => (rule ? SEVERITIES[rule.priority] : 0)

/** Of the rules that matched the gravest, of several the first. */
export function gravestRule({ verdict }: RecordView): RuleFacts | undefined {
  const rules = verdict?.rules ?? []
  const most = Math.max(...rules.map(severityOf))
  return rules.find(rule => severityOf(rule) === most)
}

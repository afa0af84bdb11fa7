// SPDX-License-Identifier: Apache-2.0
import type { Priority, RecordView, RuleMetadata } from 'sfprocessor/plugin'

/** CEF severities: 0 to 3 are low, 4 to 6 medium, 7 and 8 high, 9 and 10 very high. */
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

/** Returns 0 for a record that no rule matched. */
export const cefSeverityOf = (rule: RuleMetadata | undefined): number => (rule ? SEVERITIES[rule.priority] : 0)

/** Returns the most severe matching rule; on a tie, the first. */
export function mostSevereRule({ matches }: RecordView): RuleMetadata | undefined {
  const rules = matches?.rules ?? []
  const highest = Math.max(...rules.map(cefSeverityOf))
  return rules.find(rule => cefSeverityOf(rule) === highest)
}

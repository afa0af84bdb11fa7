// SPDX-License-Identifier: Apache-2.0
import { PRIORITIES, type Priority, type RuleMatches } from '../../contract/evaluated-batch.js'

export interface OtelSeverity {
  /** 1 to 24; 0: not set. */
  readonly number: number
  readonly text: string
}

/** The severity of the most severe rule that matched. */
export function otelSeverityOf({ rules }: RuleMatches): OtelSeverity {
  const text = PRIORITIES.find(priority => rules.some(rule => rule.priority === priority))
  return text === undefined ? { number: 0, text: '' } : { number: SEVERITY_NUMBERS[text], text }
}

/** Syslog severities as OpenTelemetry's data model maps them; the other priorities map like their equivalents. */
const SEVERITY_NUMBERS: Readonly<Record<Priority, number>> = {
  emergency: 21, alert: 19, critical: 18, error: 17, high: 17, warning: 13, medium: 13, notice: 10, informational: 9, low: 9, debug: 5,
} // biome-ignore format: a table

// SPDX-License-Identifier: Apache-2.0
import type { ActionFieldValue, Priority, RuleMatches } from '../../contract/evaluated-batch.js'

/** The match of one rule, for tests. */
export function ruleMatches(
  rule: string,
  more: {
    readonly description?: string
    readonly priority?: Priority
    readonly tags?: readonly string[]
    readonly contextTags?: readonly string[]
    readonly fields?: Readonly<Record<string, ActionFieldValue>>
  } = {},
): RuleMatches {
  const { description = 'A test.', priority = 'high', tags = [], contextTags = [], fields } = more
  return {
    rules: [{ name: rule, description, priority, tags }],
    contextTags,
    ...(fields && { fields: new Map(Object.entries(fields)) }),
  }
}

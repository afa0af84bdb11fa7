// SPDX-License-Identifier: Apache-2.0

import { sourcePositionOf } from '../../../errors/source-text.js'
import type { RuleDeclaration } from '../declare/declarations.js'
import type { Check } from './check.js'

/** Rules with the same name cannot be distinguished in the output. */
export const uniqueRuleNames: Check = ({ declarations, findings }) => {
  const first = new Map<string, RuleDeclaration>()
  for (const rule of declarations.rules) {
    const other = first.get(rule.name)
    if (!other) {
      first.set(rule.name, rule)
      continue
    }
    const { file, line } = sourcePositionOf(other.span)
    findings.warning('SFP_POLICY_DUPLICATE_RULE', { name: rule.name, where: `${file}:${line}` }, rule.span)
  }
}

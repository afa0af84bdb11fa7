// SPDX-License-Identifier: Apache-2.0
import type { RuleTestTemplate } from '../../../core/contract/family.js'

/** The scenario file of a new rule: one variant that the rule matches, one that it does not. */
export const scenarioTemplate: RuleTestTemplate = {
  channel: 'flattenerchan',
  // Every start loads this file, so the YAML package is loaded on use.
  text: async ruleName => (await import('./rule-test-text.js')).ruleTestText(ruleName),
  nextSteps: (ruleFile, testFile) => [
    `Created ${ruleFile} (the rule) and ${testFile} (its scenarios). Next: edit the scenario "fires" so that the rule matches, then run`,
    `  sfprocessor simulate ${testFile} --variant fires -o fires.sf`,
    `  POLICYENGINE_POLICIES=${ruleFile} sfprocessor fires.sf`,
  ],
}

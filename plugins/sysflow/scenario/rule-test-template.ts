// SPDX-License-Identifier: Apache-2.0
import type { RuleTestTemplate } from '../../../core/contract/family.js'

/** The scenario file of a new rule: one variant that the rule matches, one that it does not. */
export const scenarioTemplate: RuleTestTemplate = {
  channel: 'flattenerchan',
  async text(ruleName) {
    const { stringify } = await import('yaml')
    return `${stringify({ about: ruleName })}processes:
  shell: { exe: /bin/bash, args: -l, tty: yes }
variants:
  fires:
    # What the rule is to find. The verbs: sfprocessor schema scenario, docs/scenarios.md
    - { by: shell, spawn: program, exe: /usr/bin/id }
  near miss (what is different):
    # What it must not take for that.
    - { by: shell, read: /etc/hostname, received: 10 }
`
  },
  nextSteps: (ruleFile, testFile) => [
    `Created ${ruleFile} (the rule) and ${testFile} (its scenarios). Next: edit the scenario "fires" so that the rule matches, then run`,
    `  sfprocessor simulate ${testFile} --variant fires -o fires.sf`,
    `  POLICYENGINE_POLICIES=${ruleFile} sfprocessor fires.sf`,
  ],
}

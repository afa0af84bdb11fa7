// SPDX-License-Identifier: Apache-2.0
import { stringify } from 'yaml'

/** The text of the scenario file of a new rule. */
export const ruleTestText = (ruleName: string): string => `${stringify({ about: ruleName })}processes:
  shell: { exe: /bin/bash, args: -l, tty: yes }
variants:
  fires:
    # What the rule detects. For the verbs see docs/scenarios.md and: sfprocessor schema scenario
    - { by: shell, spawn: program, exe: /usr/bin/id }
  near miss (what is different):
    # What the rule must not match.
    - { by: shell, read: /etc/hostname, received: 10 }
`

// SPDX-License-Identifier: Apache-2.0

import type { Findings } from '../findings.js'
import type { Source } from '../source.js'
import type { Entry } from './entry.js'
import { readGrammar } from './read-grammar.js'
import { readYaml } from './read-yaml.js'

/** The entries of one file, through the door that takes it. If neither does, the one that came farther tells why. */
export function readEntries(source: Source, findings: Findings): readonly Entry[] {
  const yaml = readYaml(source, findings)
  if ('entries' in yaml) {
    if (yaml.entries.length === 0) findings.error('SFP_POLICY_EMPTY', {}, whole(source))
    return yaml.entries
  }
  if (yaml.refusal.final) {
    yaml.refusal.report()
    return []
  }
  const grammar = readGrammar(source, findings)
  if ('entries' in grammar && grammar.entries.length > 0) {
    const at = { source, start: yaml.refusal.reach, end: yaml.refusal.reach + 1 }
    findings.warning('SFP_POLICY_NOT_YAML', { reason: yaml.refusal.reason }, at)
    return grammar.entries
  }
  if ('refusal' in grammar && grammar.refusal.reach > yaml.refusal.reach) grammar.refusal.report()
  else yaml.refusal.report()
  return []
}

const whole = (source: Source) => ({ source, start: 0, end: 0 })

// SPDX-License-Identifier: Apache-2.0

import type { SourceText } from '../../../errors/source-text.js'
import type { PolicyFindings } from '../policy-findings.js'
import type { PolicyEntry } from './policy-entry.js'
import { readGrammar } from './read-grammar.js'
import { readYaml } from './read-yaml.js'

/**
 * The entries of one file, read by the front end that accepts it. If both fail, the reason of the one that read further is
 * reported.
 */
export function readEntries(source: SourceText, findings: PolicyFindings): readonly PolicyEntry[] {
  const yaml = readYaml(source, findings)
  if ('entries' in yaml) {
    if (yaml.entries.length === 0) findings.error('SFP_POLICY_EMPTY', {}, fileStart(source))
    return yaml.entries
  }
  if (yaml.failure.isFinal) {
    yaml.failure.report()
    return []
  }
  const grammar = readGrammar(source, findings)
  if ('entries' in grammar && grammar.entries.length > 0) {
    const at = { source, start: yaml.failure.offset, end: yaml.failure.offset + 1 }
    findings.warning('SFP_POLICY_NOT_YAML', { reason: yaml.failure.reason }, at)
    return grammar.entries
  }
  if ('failure' in grammar && grammar.failure.offset > yaml.failure.offset) grammar.failure.report()
  else yaml.failure.report()
  return []
}

const fileStart = (source: SourceText) => ({ source, start: 0, end: 0 })

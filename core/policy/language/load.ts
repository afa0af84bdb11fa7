// SPDX-License-Identifier: Apache-2.0

import { SourceText } from '../../errors/source-text.js'
import { checkDeclarations, type LoadedPolicy } from './check-declarations.js'
import type { Declarations } from './declare/declarations.js'
import { createDeclarations } from './declare/declare.js'
import type { AttributeLookup } from './operand-meaning.js'
import { PolicyFindings } from './policy-findings.js'
import { readSources } from './read-sources.js'
import { readEntries } from './readers/read-entries.js'

/**
 * Reads the policy files at `paths` (files, or directories searched recursively) into one checked policy. `attributes` are the
 * attributes of the records; `recordTypes` are the valid words of a prefilter. Throws `Faults` with every fault of every file.
 */
export function loadPolicies(
  paths: readonly string[],
  attributes: AttributeLookup,
  recordTypes: readonly string[],
): LoadedPolicy {
  const findings = new PolicyFindings()
  return load(readSources(paths, findings), attributes, recordTypes, findings)
}

/** Like {@link loadPolicies}, but from a text. */
export function loadPolicyText(
  text: string,
  attributes: AttributeLookup,
  recordTypes: readonly string[],
  file = 'policy.yaml',
): LoadedPolicy {
  return load([new SourceText(file, text.replace(/^\uFEFF/, ''))], attributes, recordTypes, new PolicyFindings())
}

const load = (
  sources: readonly SourceText[],
  attributes: AttributeLookup,
  recordTypes: readonly string[],
  findings: PolicyFindings,
): LoadedPolicy => checkDeclarations(declareSources(sources, findings), attributes, recordTypes, findings)

/** Reads the texts of a load into declarations. Importing this file loads both parsers. */
export function declareSources(sources: readonly SourceText[], findings: PolicyFindings): Declarations {
  const files = sources.map(source => ({ source, entries: readEntries(source, findings) }))
  return createDeclarations(files, findings)
}

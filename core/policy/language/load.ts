// SPDX-License-Identifier: Apache-2.0
import { check, type LoadedPolicy } from './check.js'
import { declareSources } from './declare-sources.js'
import { Findings } from './findings.js'
import type { KnownNames } from './meaning.js'
import { readSources } from './read-sources.js'
import { Source } from './source.js'

/**
 * Reads the policy files at `paths` (files, or directories searched in depth) into one checked policy. `vocabulary` says
 * what the records have; `recordTypes` are the words of a prefilter. Throws `Faults` with every fault of every file.
 */
export function loadPolicies(paths: readonly string[], vocabulary: KnownNames, recordTypes: readonly string[]): LoadedPolicy {
  const findings = new Findings()
  return load(readSources(paths, findings), vocabulary, recordTypes, findings)
}

/** As {@link loadPolicies}, from a text. */
export function loadPolicyText(
  text: string,
  vocabulary: KnownNames,
  recordTypes: readonly string[],
  file = 'policy.yaml',
): LoadedPolicy {
  return load([new Source(file, text.replace(/^\uFEFF/, ''))], vocabulary, recordTypes, new Findings())
}

const load = (sources: readonly Source[], names: KnownNames, recordTypes: readonly string[], findings: Findings): LoadedPolicy =>
  check(declareSources(sources, findings), names, recordTypes, findings)

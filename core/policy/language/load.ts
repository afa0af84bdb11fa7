// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs'
import type { Fault } from '../../errors/fault.js'
import type { Policy } from '../policy.js'
import { suggester } from './checks/law.js'
import { declare } from './declare.js'
import { findFiles } from './find-files.js'
import { Findings } from './findings.js'
import { LAWS } from './laws.js'
import type { KnownNames } from './meaning.js'
import { readEntries } from './read.js'
import { resolve } from './resolve.js'
import { Source } from './source.js'

export interface LoadedPolicy {
  readonly policy: Policy
  readonly warnings: readonly Fault[]
  /** The files that were read, in their order. */
  readonly files: readonly string[]
}

/**
 * Reads the policy files at `paths` (files, or directories searched in depth) into one checked policy. `vocabulary` says
 * what the records have; `recordTypes` are the words of a prefilter. Throws `Faults` with every fault of every file.
 */
export function loadPolicies(paths: readonly string[], vocabulary: KnownNames, recordTypes: readonly string[]): LoadedPolicy {
  const findings = new Findings()
  const files = findFiles(paths, findings)
  const sources = files.map(file => readSource(file, findings)).filter(source => source !== undefined)
  return load(sources, vocabulary, recordTypes, findings)
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

function load(sources: readonly Source[], names: KnownNames, recordTypes: readonly string[], findings: Findings): LoadedPolicy {
  const files = sources.map(source => ({ source, entries: readEntries(source, findings) }))
  const declarations = declare(files, findings)
  const loading = { declarations, names, recordTypes, findings, suggest: suggester() }
  for (const law of LAWS) law(loading)
  findings.throwErrors(sources)
  const policy = resolve(loading)
  return { policy, warnings: findings.warnings(sources), files: sources.map(({ file }) => file) }
}

/** Far beyond any rule set; a file of that size would take minutes and gigabytes. */
const MOST_BYTES = 16 * 1024 * 1024

function readSource(file: string, findings: Findings): Source | undefined {
  try {
    const { size } = statSync(file)
    if (size > MOST_BYTES) findings.error('SFP_POLICY_TOO_LARGE', { name: file, size, limit: MOST_BYTES }, at(file))
    else return new Source(file, new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)))
  } catch (error) {
    if (error instanceof TypeError) findings.error('SFP_POLICY_NOT_TEXT', {}, at(file))
    else findings.error('SFP_POLICY_UNREADABLE', { reason: error instanceof Error ? error.message : String(error) }, at(file))
  }
  return undefined
}

const at = (file: string) => ({ source: new Source(file, ''), start: 0, end: 0 })

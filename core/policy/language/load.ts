// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs'
import type { Fault } from '../../errors/fault.js'
import { messageOf } from '../../errors/reason.js'
import type { Policy } from '../policy.js'
import { suggester } from './checks/law.js'
import { declare } from './declare/declare.js'
import { readEntries } from './doors/read.js'
import { findFiles } from './find-files.js'
import { Findings } from './findings.js'
import { LAWS } from './laws.js'
import type { KnownNames } from './meaning.js'
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
  return load(readSources(files, findings), vocabulary, recordTypes, findings)
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

/** Far beyond any rule set that we know (130 kB); trees take a hundred times the room of their text. */
const MOST_BYTES = 4 * 1024 * 1024
const MOST_BYTES_IN_ALL = 16 * 1024 * 1024

function readSources(files: readonly string[], findings: Findings): readonly Source[] {
  const sources: Source[] = []
  let sum = 0
  for (const file of files) {
    try {
      const { size } = statSync(file)
      sum += size
      if (size > MOST_BYTES) findings.error('SFP_POLICY_TOO_LARGE', { size, limit: MOST_BYTES }, at(file))
      else if (sum > MOST_BYTES_IN_ALL) findings.error('SFP_POLICY_TOO_MUCH', { size: sum, limit: MOST_BYTES_IN_ALL }, at(file))
      else sources.push(new Source(file, new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))))
    } catch (error) {
      if (error instanceof TypeError) findings.error('SFP_POLICY_NOT_TEXT', {}, at(file))
      else findings.error('SFP_POLICY_UNREADABLE', { reason: messageOf(error) }, at(file))
    }
  }
  return sources
}

const at = (file: string) => ({ source: new Source(file, ''), start: 0, end: 0 })

// SPDX-License-Identifier: Apache-2.0
import type { Fault } from '../../errors/fault.js'
import type { Policy } from '../policy.js'
import { suggester } from './checks/law.js'
import type { Declarations } from './declare/declarations.js'
import type { Findings } from './findings.js'
import { LAWS } from './laws.js'
import type { KnownNames } from './meaning.js'
import { resolve } from './resolve.js'

export interface LoadedPolicy {
  readonly policy: Policy
  readonly warnings: readonly Fault[]
  /** The files that were read, in their order. */
  readonly files: readonly string[]
}

/** Holds declarations against the laws, then puts names in their places. Throws `Faults` with every error in `findings`. */
export function check(
  declarations: Declarations,
  names: KnownNames,
  recordTypes: readonly string[],
  findings: Findings,
): LoadedPolicy {
  const { sources } = declarations
  const loading = { declarations, names, recordTypes, findings, suggest: suggester() }
  for (const law of LAWS) law(loading)
  findings.throwErrors(sources)
  const policy = resolve(loading)
  return { policy, warnings: findings.warnings(sources), files: sources.map(({ file }) => file) }
}

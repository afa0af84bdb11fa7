// SPDX-License-Identifier: Apache-2.0
import type { Fault } from '../../errors/fault.js'
import type { Policy } from '../policy.js'
import { createSuggester } from './checks/check.js'
import { CHECKS } from './checks.js'
import type { Declarations } from './declare/declarations.js'
import type { AttributeLookup } from './operand-meaning.js'
import type { PolicyFindings } from './policy-findings.js'
import { resolvePolicy } from './resolve.js'

export interface LoadedPolicy {
  readonly policy: Policy
  readonly warnings: readonly Fault[]
  /** The files that were read, in their order. */
  readonly files: readonly string[]
}

/** Holds declarations against the laws, then puts names in their places. Throws `Faults` with every error in `findings`. */
export function checkDeclarations(
  declarations: Declarations,
  attributes: AttributeLookup,
  recordTypes: readonly string[],
  findings: PolicyFindings,
): LoadedPolicy {
  const { sources } = declarations
  const context = { declarations, attributes, recordTypes, findings, suggest: createSuggester() }
  for (const runCheck of CHECKS) runCheck(context)
  findings.throwErrors(sources)
  const policy = resolvePolicy(context)
  return { policy, warnings: findings.warnings(sources), files: sources.map(({ file }) => file) }
}

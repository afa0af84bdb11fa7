// SPDX-License-Identifier: Apache-2.0
import type { Fault } from '../../errors/fault.js'
import type { Policy } from '../policy.js'
import type { Check } from './checks/check.js'
import { createSuggester } from './checks/check.js'
import { emptyLists } from './checks/empty-lists.js'
import { impossibleEquality } from './checks/impossible-equality.js'
import { knownAttributes } from './checks/known-attributes.js'
import { knownMacros } from './checks/known-macros.js'
import { knownRecordTypes } from './checks/known-record-types.js'
import { knownSuffixes } from './checks/known-suffixes.js'
import { listsAsTexts } from './checks/lists-as-texts.js'
import { misspelledValues } from './checks/misspelled-values.js'
import { noRecursiveLists } from './checks/no-recursive-lists.js'
import { noRecursiveMacros } from './checks/no-recursive-macros.js'
import { numericOperands } from './checks/numeric-operands.js'
import { uniqueRuleNames } from './checks/unique-rule-names.js'
import { validPatterns } from './checks/valid-patterns.js'
import type { Declarations } from './declare/declarations.js'
import type { AttributeLookup } from './operand-meaning.js'
import type { PolicyFindings } from './policy-findings.js'
import { resolvePolicy } from './resolve.js'

export interface LoadedPolicy {
  readonly policy: Policy
  readonly warnings: readonly Fault[]
  /** The files that were read, in order. */
  readonly files: readonly string[]
}

/** Runs the checks on declarations, then resolves names. Throws `Faults` with every error in `findings`. */
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

/** The checks of a load, before names are resolved. All checks run, and each reports all its findings. */
const CHECKS: readonly Check[] = [
  knownAttributes,
  knownSuffixes,
  knownMacros,
  noRecursiveMacros,
  noRecursiveLists,
  emptyLists,
  listsAsTexts,
  misspelledValues,
  numericOperands,
  impossibleEquality,
  validPatterns,
  knownRecordTypes,
  uniqueRuleNames,
]

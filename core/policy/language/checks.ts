// SPDX-License-Identifier: Apache-2.0

import type { Check } from './checks/check.js'
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

/** What must hold of a load before its names are put in their places. Each law collects; all of them speak. */
export const CHECKS: readonly Check[] = [
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

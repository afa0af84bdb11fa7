// SPDX-License-Identifier: Apache-2.0
import { emptyLists } from './checks/empty-lists.js'
import { impossibleEquality } from './checks/impossible-equality.js'
import { knownAttributes } from './checks/known-attributes.js'
import { knownMacros } from './checks/known-macros.js'
import { knownParts } from './checks/known-parts.js'
import type { Law } from './checks/law.js'
import { listsAsTexts } from './checks/lists-as-texts.js'
import { misspeltValues } from './checks/misspelt-values.js'
import { noEndlessLists } from './checks/no-endless-lists.js'
import { noEndlessMacros } from './checks/no-endless-macros.js'
import { numbersForNumbers } from './checks/numbers-for-numbers.js'
import { recordTypes } from './checks/record-types.js'
import { soundPatterns } from './checks/sound-patterns.js'
import { uniqueRuleNames } from './checks/unique-rule-names.js'

/** What must hold of a load before its names are put in their places. Each law collects; all of them speak. */
export const LAWS: readonly Law[] = [
  knownAttributes,
  knownParts,
  knownMacros,
  noEndlessMacros,
  noEndlessLists,
  emptyLists,
  listsAsTexts,
  misspeltValues,
  numbersForNumbers,
  impossibleEquality,
  soundPatterns,
  recordTypes,
  uniqueRuleNames,
]

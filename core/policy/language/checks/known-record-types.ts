// SPDX-License-Identifier: Apache-2.0
import { itemText } from '../declare/declarations.js'
import type { Check } from './check.js'

/**
 * A prefilter names record types of the adapter. With any other word, the rule would never match. If the adapter has no record
 * types, prefilters are not checked.
 */
export const knownRecordTypes: Check = ({ declarations, recordTypes: known, findings, suggest }) => {
  if (known.length === 0) return
  for (const { prefilter } of declarations.rules)
    for (const item of prefilter) {
      const word = itemText(item)
      if (known.includes(word)) continue
      findings.error('SFP_POLICY_RECORD_TYPE', { word, nearest: suggest(word, known), known: known.join(', ') }, item.span)
    }
}

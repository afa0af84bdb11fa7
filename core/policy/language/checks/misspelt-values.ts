// SPDX-License-Identifier: Apache-2.0
import { rightMeaningOf } from '../meaning.js'
import { comparisons, type Law, rightSide } from './law.js'

/** A value that begins like an attribute and is none is probably a slip; compared as a text it would hardly ever match. */
export const misspeltValues: Law = ({ declarations, names, findings, suggest }) => {
  for (const comparison of comparisons(declarations)) {
    const right = rightSide(comparison)
    if (!right || !/^(sf|proc|fd|evt|container)\.\w/.test(right.text)) continue
    if (rightMeaningOf(right, names).kind !== 'unknown') continue
    findings.warning('SFP_POLICY_MISSPELT_VALUE', { name: right.text, nearest: suggest(right.text, names.names) }, right.span)
  }
}

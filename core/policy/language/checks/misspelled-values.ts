// SPDX-License-Identifier: Apache-2.0
import { rightMeaningOf } from '../operand-meaning.js'
import { type Check, comparisons, rightOperand } from './check.js'

/**
 * A value that starts like an attribute name but is not one is probably a typo. Compared as a text it would hardly ever match.
 */
export const misspelledValues: Check = ({ declarations, attributes, findings, suggest }) => {
  for (const comparison of comparisons(declarations)) {
    const right = rightOperand(comparison)
    if (!right || !/^(sf|proc|fd|evt|container)\.\w/.test(right.text)) continue
    if (rightMeaningOf(right, attributes).kind !== 'unknown') continue
    findings.warning(
      'SFP_POLICY_MISSPELT_VALUE',
      { name: right.text, nearest: suggest(right.text, attributes.names) },
      right.span,
    )
  }
}

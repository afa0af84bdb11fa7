// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '../../../errors/reason.js'
import type { WrittenOperator } from '../../operators.js'
import { compileRegex } from '../../re2.js'
import { rightMeaningOf } from '../operand-meaning.js'
import { type Check, comparisons, rightOperand } from './check.js'

/**
 * A pattern is a text of the rule, not a value of the record. A regular expression must have RE2 syntax, and bytes are hex
 * digits.
 */
export const validPatterns: Check = ({ declarations, attributes, findings }) => {
  for (const comparison of comparisons(declarations)) {
    const { operator } = comparison
    const right = rightOperand(comparison)
    if (!right || !PATTERN_OPERATORS.has(operator)) continue
    if (rightMeaningOf(right, attributes).kind === 'attribute')
      findings.error('SFP_POLICY_PATTERN_NOT_TEXT', { operator, name: right.text }, right.span)
    else if (operator === 'regex') {
      const reason = regexErrorOf(right.text)
      if (reason !== undefined) findings.error('SFP_POLICY_PATTERN', { reason }, right.span)
    } else if (operator !== 'glob' && !/^([0-9A-Fa-f]{2})+$/.test(right.text))
      findings.error('SFP_POLICY_NOT_HEX', { operator, text: right.text }, right.span)
  }
}

const PATTERN_OPERATORS: ReadonlySet<WrittenOperator> = new Set(['regex', 'glob', 'bcontains', 'bstartswith'])

function regexErrorOf(pattern: string): string | undefined {
  try {
    compileRegex(pattern)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

// SPDX-License-Identifier: Apache-2.0

import type { AttributeType } from '../../../contract/record-adapter.js'
import { operatorNamed } from '../../operators.js'
import { leftMeaningOf, rightMeaningOf, TYPE_NAMES } from '../operand-meaning.js'
import { type Check, comparisons, members, rightOperand } from './check.js'

/**
 * Equality compares texts: the text of a number is decimal digits, that of a boolean is `true` or `false`. Other values never
 * match.
 */
export const impossibleEquality: Check = ({ declarations, attributes, findings }) => {
  for (const comparison of comparisons(declarations)) {
    const { operator, left } = comparison
    const leftMeaning = leftMeaningOf(left, attributes)
    if (leftMeaning.kind !== 'attribute' || leftMeaning.path !== '') continue
    const valueForm = VALUE_FORMS[leftMeaning.type]
    if (!valueForm) continue
    const isMembership = operatorNamed(operator) === 'in'
    const right = operator === '=' || operator === '!=' ? rightOperand(comparison) : undefined
    const literal = right && rightMeaningOf(right, attributes)
    const values = isMembership ? [...members(comparison)] : right && literal?.kind !== 'attribute' ? [right] : []
    for (const { text, quoted, span } of values) {
      if (valueForm.test(text) || (isMembership && !quoted && declarations.lists.has(text))) continue
      const example = leftMeaning.type === 'boolean' ? 'true or false' : 'decimal digits'
      findings.warning(
        'SFP_POLICY_NEVER_EQUAL',
        { name: leftMeaning.attribute, type: TYPE_NAMES[leftMeaning.type], text, example },
        span,
      )
    }
  }
}

const DIGITS = /^["']?-?(0|[1-9]\d*)["']?$/
/** An empty list compares as one empty text. */
const VALUE_FORMS: Partial<Record<AttributeType, RegExp>> = {
  boolean: /^["']?(true|false)["']?$/,
  number: DIGITS,
  clock: DIGITS,
  numbers: /^["']?(-?(0|[1-9]\d*))?["']?$/,
}

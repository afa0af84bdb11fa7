// SPDX-License-Identifier: Apache-2.0
import type { AttributeType } from '../../../contract/source.js'
import { meaningOf, rightMeaningOf, TYPE_NAMES } from '../meaning.js'
import { comparisons, type Law, members, rightSide } from './law.js'

/** Equality compares texts: a number has decimal digits, a boolean is `true` or `false`. Other values never occur. */
export const impossibleEquality: Law = ({ declarations, names, findings }) => {
  for (const comparison of comparisons(declarations)) {
    const { operator, left } = comparison
    const meaning = meaningOf(left, names)
    if (meaning.kind !== 'attribute' || meaning.path !== '') continue
    const form = FORMS[meaning.type]
    if (!form) continue
    const isMembership = operator === 'in' || operator === 'intersects'
    const right = operator === '=' || operator === '!=' ? rightSide(comparison) : undefined
    const literal = right && rightMeaningOf(right, names)
    const values = isMembership ? [...members(comparison)] : right && literal?.kind !== 'attribute' ? [right] : []
    for (const { text, quoted, span } of values) {
      if (form.test(text) || (isMembership && !quoted && declarations.lists.has(text))) continue
      const example = meaning.type === 'boolean' ? 'true or false' : 'decimal digits'
      findings.warning('SFP_POLICY_NEVER_EQUAL', { name: meaning.attribute, type: TYPE_NAMES[meaning.type], text, example }, span)
    }
  }
}

const DIGITS = /^["']?-?(0|[1-9]\d*)["']?$/
/** An empty list compares as one empty text. */
const FORMS: Partial<Record<AttributeType, RegExp>> = {
  boolean: /^["']?(true|false)["']?$/,
  number: DIGITS,
  clock: DIGITS,
  numbers: /^["']?(-?(0|[1-9]\d*))?["']?$/,
}

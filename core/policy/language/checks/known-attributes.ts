// SPDX-License-Identifier: Apache-2.0
import type { Atom } from '../ast.js'
import { leftMeaningOf, type OperandMeaning, rightMeaningOf } from '../operand-meaning.js'
import { type Check, type CheckContext, comparisons, rightOperand } from './check.js'

/**
 * A word on the left of an operator that has the form of a name must be the name of an attribute. Deprecated names are reported.
 */
export const knownAttributes: Check = context => {
  for (const comparison of comparisons(context.declarations)) {
    const { left } = comparison
    const meaning = leftMeaningOf(left, context.attributes)
    if (meaning.kind === 'unknown') {
      const { name } = meaning
      const word = name.replace(/:?\[.*/, '')
      context.findings.error(
        'SFP_POLICY_UNKNOWN_ATTRIBUTE',
        { name, nearest: context.suggest(word, context.attributes.names) },
        left.span,
      )
    }
    warnIfDeprecated(left, meaning, context)
    const right = rightOperand(comparison)
    if (right) warnIfDeprecated(right, rightMeaningOf(right, context.attributes), context)
  }
}

function warnIfDeprecated({ text, span }: Atom, meaning: OperandMeaning, { findings }: CheckContext): void {
  if (meaning.kind !== 'attribute' || !meaning.isCorrected) return
  findings.warning('SFP_POLICY_OLD_ATTRIBUTE', { name: text, attribute: meaning.attribute }, span)
}

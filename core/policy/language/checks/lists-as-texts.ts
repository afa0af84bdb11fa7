// SPDX-License-Identifier: Apache-2.0
import { rightMeaningOf } from '../operand-meaning.js'
import { type Check, conditionals, leaves, rightOperand } from './check.js'

/** Lists are put in their places only within `in (...)` and `pmatch (...)`; elsewhere the name is a text, hardly meant. */
export const listsAsTexts: Check = ({ declarations, attributes, findings }) => {
  for (const { condition, position } of conditionals(declarations))
    for (const leaf of leaves(condition)) {
      const right = leaf.kind === 'comparison' ? rightOperand(leaf) : undefined
      if (!right || right.quoted || leaf.kind !== 'comparison' || rightMeaningOf(right, attributes).kind === 'attribute') continue
      if (!declarations.lists.visibleFrom(position, right.text)) continue
      findings.warning('SFP_POLICY_LIST_AS_TEXT', { name: right.text, operator: leaf.operator }, right.span)
    }
}

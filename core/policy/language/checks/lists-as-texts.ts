// SPDX-License-Identifier: Apache-2.0
import { rightMeaningOf } from '../operand-meaning.js'
import { type Check, conditionals, leaves, rightOperand } from './check.js'

/**
 * Lists are expanded only in `in (...)` and `pmatch (...)`. Elsewhere the name of a list is a text, which is probably a mistake.
 */
export const listsAsTexts: Check = ({ declarations, attributes, findings }) => {
  for (const { condition, position } of conditionals(declarations))
    for (const leaf of leaves(condition)) {
      const right = leaf.kind === 'comparison' ? rightOperand(leaf) : undefined
      if (!right || right.quoted || leaf.kind !== 'comparison' || rightMeaningOf(right, attributes).kind === 'attribute') continue
      if (!declarations.lists.visibleFrom(position, right.text)) continue
      findings.warning('SFP_POLICY_LIST_AS_TEXT', { name: right.text, operator: leaf.operator }, right.span)
    }
}

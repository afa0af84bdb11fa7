// SPDX-License-Identifier: Apache-2.0
import { comparesNumbers, operatorNamed, type WrittenOperator } from '../../operators.js'
import type { Atom } from '../ast.js'
import { leftMeaningOf, type OperandMeaning, rightMeaningOf, TYPE_NAMES } from '../operand-meaning.js'
import { type Check, type CheckContext, comparisons, rightOperand } from './check.js'

/** `<`, `<=`, `>` and `>=` compare numbers. A text operand is an error; an attribute that is not a number counts as 0. */
export const numericOperands: Check = context => {
  for (const comparison of comparisons(context.declarations)) {
    const right = rightOperand(comparison)
    if (!right || !comparesNumbers(operatorNamed(comparison.operator))) continue
    const left = leftMeaningOf(comparison.left, context.attributes)
    // An operand of kind `any` compares as a text if the record has a text, so a text on the right is allowed.
    if (left.kind === 'attribute' && left.type === 'any') continue
    // An unknown name on the left is already reported.
    if (left.kind !== 'unknown') checkNumeric(comparison.operator, comparison.left, left, context)
    checkNumeric(comparison.operator, right, rightMeaningOf(right, context.attributes), context)
  }
}

function checkNumeric(operator: WrittenOperator, atom: Atom, meaning: OperandMeaning, { findings }: CheckContext): void {
  switch (meaning.kind) {
    case 'attribute': {
      const { attribute, type } = meaning
      if (type === 'number' || type === 'clock' || type === 'numbers') return
      findings.warning('SFP_POLICY_NOT_NUMERIC', { operator, name: attribute, type: TYPE_NAMES[type] }, atom.span)
      return
    }
    case 'literal':
    case 'unknown':
      if (/^-?\d+(\.\d+)?$/.test(atom.text)) return
      findings.error('SFP_POLICY_NOT_A_NUMBER', { operator, text: atom.text }, atom.span)
      return
    case 'unavailable':
      return
    default:
      meaning satisfies never
  }
}

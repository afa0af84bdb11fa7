// SPDX-License-Identifier: Apache-2.0
import type { Atom } from '../ast.js'
import { leftMeaningOf, type OperandMeaning, rightMeaningOf, TYPE_NAMES } from '../operand-meaning.js'
import { type Check, type CheckContext, comparisons, rightOperand } from './check.js'

/** A suffix in brackets is an index into a list or a path into JSON. Other attributes have no parts. */
export const knownSuffixes: Check = context => {
  for (const comparison of comparisons(context.declarations)) {
    checkSuffix(comparison.left, leftMeaningOf(comparison.left, context.attributes), context)
    const right = rightOperand(comparison)
    if (right) checkSuffix(right, rightMeaningOf(right, context.attributes), context)
  }
}

function checkSuffix({ span }: Atom, meaning: OperandMeaning, { findings }: CheckContext): void {
  if (meaning.kind !== 'attribute' || meaning.path === '') return
  const { attribute, path, type } = meaning
  if (type === 'json') return
  const isList = type === 'texts' || type === 'numbers'
  if (isList && /^\d{1,9}$/.test(path)) return
  const reason = isList
    ? 'use the index of an element, starting with 0'
    : `it is ${TYPE_NAMES[type]}; only lists and JSON strings have parts`
  findings.error('SFP_POLICY_SUFFIX', { name: attribute, path, reason }, span)
}

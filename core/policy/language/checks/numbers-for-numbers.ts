// SPDX-License-Identifier: Apache-2.0
import { NUMBER_OPERATORS } from '../../policy.js'
import type { Atom, WrittenOperator } from '../ast.js'
import { type Meaning, meaningOf, rightMeaningOf, TYPE_NAMES } from '../meaning.js'
import { comparisons, type Law, type Load, rightSide } from './law.js'

/** `<`, `<=`, `>` and `>=` compare numbers: a text there is a fault, an attribute that is no number counts as 0. */
export const numbersForNumbers: Law = load => {
  for (const comparison of comparisons(load.declarations)) {
    const right = rightSide(comparison)
    if (!right || !NUMERIC.has(comparison.operator)) continue
    const left = meaningOf(comparison.left, load.names)
    // What is compared as a text where the record has a text may be one at the right, too.
    if (left.kind === 'attribute' && left.type === 'any') continue
    // An unknown name there has been told already.
    if (left.kind !== 'unknown') tell(comparison.operator, comparison.left, left, load)
    tell(comparison.operator, right, rightMeaningOf(right, load.names), load)
  }
}

const NUMERIC: ReadonlySet<WrittenOperator> = new Set(NUMBER_OPERATORS)

function tell(operator: WrittenOperator, atom: Atom, meaning: Meaning, { findings }: Load): void {
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

// SPDX-License-Identifier: Apache-2.0
import type { Atom } from '../ast.js'
import { type Meaning, meaningOf, rightMeaningOf, TYPE_NAMES } from '../meaning.js'
import { comparisons, type Law, type Load, rightSide } from './law.js'

/** A suffix in brackets is an index into a list or a path into JSON; other attributes have no parts. */
export const knownParts: Law = load => {
  for (const comparison of comparisons(load.declarations)) {
    tell(comparison.left, meaningOf(comparison.left, load.names), load)
    const right = rightSide(comparison)
    if (right) tell(right, rightMeaningOf(right, load.names), load)
  }
}

function tell({ span }: Atom, meaning: Meaning, { findings }: Load): void {
  if (meaning.kind !== 'attribute' || meaning.path === '') return
  const { attribute, path, type } = meaning
  if (type === 'json') return
  const isList = type === 'texts' || type === 'numbers'
  if (isList && /^\d{1,9}$/.test(path)) return
  const reason = isList
    ? 'write the number of an element, from 0'
    : `it is ${TYPE_NAMES[type]}; only lists and JSON texts have parts`
  findings.error('SFP_POLICY_SUFFIX', { name: attribute, path, reason }, span)
}

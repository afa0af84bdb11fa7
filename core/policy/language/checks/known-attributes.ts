// SPDX-License-Identifier: Apache-2.0
import type { Atom } from '../ast.js'
import { type Meaning, meaningOf, rightMeaningOf } from '../meaning.js'
import { comparisons, type Law, type Load, rightSide } from './law.js'

/** What stands at the left of an operator and looks like a name is the name of an attribute. Old names are told. */
export const knownAttributes: Law = load => {
  for (const comparison of comparisons(load.declarations)) {
    const { left } = comparison
    const meaning = meaningOf(left, load.names)
    if (meaning.kind === 'unknown') {
      const { name } = meaning
      const word = name.replace(/:?\[.*/, '')
      load.findings.error('SFP_POLICY_UNKNOWN_ATTRIBUTE', { name, nearest: load.suggest(word, load.names.names) }, left.span)
    }
    tellCorrected(left, meaning, load)
    const right = rightSide(comparison)
    if (right) tellCorrected(right, rightMeaningOf(right, load.names), load)
  }
}

function tellCorrected({ text, span }: Atom, meaning: Meaning, { findings }: Load): void {
  if (meaning.kind !== 'attribute' || !meaning.corrected) return
  findings.warning('SFP_POLICY_OLD_ATTRIBUTE', { name: text, attribute: meaning.attribute }, span)
}

// SPDX-License-Identifier: Apache-2.0
import { conditionals, type Law, leaves, members } from './law.js'

/** A comparison with an empty list is never true. Lists to be filled by the reader begin so; it is told once for each use. */
export const emptyLists: Law = ({ declarations, findings }) => {
  for (const { condition, position } of conditionals(declarations))
    for (const leaf of leaves(condition)) {
      if (leaf.kind !== 'comparison') continue
      for (const { text, quoted, span } of members(leaf)) {
        const list = quoted ? undefined : declarations.lists.seenFrom(position, text)
        if (list?.items.length === 0) findings.warning('SFP_POLICY_EMPTY_LIST', { name: text }, span)
      }
    }
}

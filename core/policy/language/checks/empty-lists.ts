// SPDX-License-Identifier: Apache-2.0
import type { Atom } from '../ast.js'
import { type Check, conditionals, leaves, members } from './check.js'

/**
 * A comparison with nothing but empty lists is never true. It is a warning, because rule files define empty lists that users fill
 * in.
 */
export const emptyLists: Check = ({ declarations, findings }) => {
  for (const { condition, position } of conditionals(declarations))
    for (const leaf of leaves(condition)) {
      if (leaf.kind !== 'comparison') continue
      const isEmpty = ({ text, quoted }: Atom) => !quoted && declarations.lists.visibleFrom(position, text)?.items.length === 0
      const all = [...members(leaf)]
      const [first] = all
      if (first && all.every(isEmpty)) findings.warning('SFP_POLICY_EMPTY_LIST', { name: first.text }, first.span)
    }
}

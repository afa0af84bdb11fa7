// SPDX-License-Identifier: Apache-2.0
import { conditionals, type Law, type Load, leaves } from './law.js'

/** A word without an operator is the name of a macro, defined in any file of the load. */
export const knownMacros: Law = load => {
  const { macros } = load.declarations
  for (const { condition, position } of conditionals(load.declarations))
    for (const leaf of leaves(condition)) {
      if (leaf.kind !== 'macro' || macros.seenFrom(position, leaf.name)) continue
      const { name, span } = leaf
      const hint = hintFor(name, load)
      const nearest = hint === '' ? load.suggest(name, macros.names()) : ''
      load.findings.error('SFP_POLICY_UNKNOWN_MACRO', { name, nearest, hint }, span)
    }
}

function hintFor(name: string, { declarations, names }: Load): string {
  if (names.find(name)) return 'it is an attribute, so it needs an operator'
  return declarations.lists.has(name) ? `it is a list; write "NAME in (${name})"` : ''
}

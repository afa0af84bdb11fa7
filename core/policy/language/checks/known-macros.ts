// SPDX-License-Identifier: Apache-2.0
import { type Check, type CheckContext, conditionals, leaves } from './check.js'

/** A word without an operator is the name of a macro, which any file of the load may define. */
export const knownMacros: Check = context => {
  const { macros } = context.declarations
  for (const { condition, position } of conditionals(context.declarations))
    for (const leaf of leaves(condition)) {
      if (leaf.kind !== 'macro' || macros.visibleFrom(position, leaf.name)) continue
      const { name, span } = leaf
      const hint = hintFor(name, context)
      const nearest = hint === '' ? context.suggest(name, macros.names()) : ''
      context.findings.error('SFP_POLICY_UNKNOWN_MACRO', { name, nearest, hint }, span)
    }
}

function hintFor(name: string, { declarations, attributes }: CheckContext): string {
  if (attributes.find(name)) return 'it is an attribute, so it needs an operator'
  return declarations.lists.has(name) ? `it is a list; write "NAME in (${name})"` : ''
}

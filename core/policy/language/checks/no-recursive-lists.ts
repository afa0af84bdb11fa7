// SPDX-License-Identifier: Apache-2.0
import type { ListDeclaration } from '../declare/declarations.js'
import type { Check, CheckContext } from './check.js'

const MAX_LEVELS = 50

/** A list must not contain itself, directly or through other lists. */
export const noRecursiveLists: Check = context => {
  const done = new Set<ListDeclaration>()
  for (const list of context.declarations.lists.all()) checkList(list, [list], context, done)
}

function checkList(
  list: ListDeclaration,
  path: readonly ListDeclaration[],
  context: CheckContext,
  done: Set<ListDeclaration>,
): void {
  if (done.has(list)) return
  const first = path[0] ?? list
  for (const item of list.items) {
    const inner = item.quoted ? undefined : context.declarations.lists.visibleFrom(first.position, item.text)
    if (!inner) continue
    if (path.includes(inner)) {
      const cycle = [...path.slice(path.indexOf(inner)), inner]
      context.findings.error('SFP_POLICY_LIST_CYCLE', { path: cycle.map(({ name }) => name).join(' -> ') }, item.span)
    } else if (path.length >= MAX_LEVELS)
      context.findings.error('SFP_POLICY_TOO_DEEP', { thing: 'list', limit: MAX_LEVELS }, item.span)
    else checkList(inner, [...path, inner], context, done)
  }
  // If names are redefined, a name may mean another list elsewhere. So a list is final only if every name has one definition.
  if (!context.declarations.lists.hasRedefinitions) done.add(list)
}

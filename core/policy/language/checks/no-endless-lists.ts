// SPDX-License-Identifier: Apache-2.0
import type { ListDeclaration } from '../declare/declarations.js'
import type { Law, Load } from './law.js'

const MOST_LEVELS = 50

/** A list may not be its own item, directly or through others. */
export const noEndlessLists: Law = load => {
  const done = new Set<ListDeclaration>()
  for (const list of load.declarations.lists.all()) walk(list, [list], load, done)
}

function walk(list: ListDeclaration, path: readonly ListDeclaration[], load: Load, done: Set<ListDeclaration>): void {
  if (done.has(list)) return
  const first = path[0] ?? list
  for (const item of list.items) {
    const inner = item.quoted ? undefined : load.declarations.lists.seenFrom(first.position, item.text)
    if (!inner) continue
    if (path.includes(inner)) {
      const cycle = [...path.slice(path.indexOf(inner)), inner]
      load.findings.error('SFP_POLICY_LIST_CYCLE', { path: cycle.map(({ name }) => name).join(' -> ') }, item.span)
    } else if (path.length >= MOST_LEVELS)
      load.findings.error('SFP_POLICY_TOO_DEEP', { thing: 'list', limit: MOST_LEVELS }, item.span)
    else walk(inner, [...path, inner], load, done)
  }
  // A name may mean another list in another place, so only with one meaning for each is a list done with for good.
  if (!load.declarations.lists.isRedefined) done.add(list)
}

// SPDX-License-Identifier: Apache-2.0
import {
  type Declarations,
  type FilterDeclaration,
  type ListDeclaration,
  type MacroDeclaration,
  Names,
  type RuleDeclaration,
} from '../declare/declarations.js'
import type { Finding, Findings } from '../findings.js'
import { Source } from '../source.js'

/** As it is written: a span holds the number of its source. */
interface Kept {
  readonly rules: readonly RuleDeclaration[]
  readonly filters: readonly FilterDeclaration[]
  readonly macros: readonly MacroDeclaration[]
  readonly lists: readonly ListDeclaration[]
  readonly findings: readonly Finding[]
}

/** Declarations, and the warnings that were told while they were read, as a JSON text. */
export function declarationsText({ sources, rules, filters, macros, lists }: Declarations, findings: Findings): string {
  const numbers = new Map(sources.map((source, number) => [source, number]))
  const kept: Kept = { rules, filters, macros: [...macros.all()], lists: [...lists.all()], findings: findings.all }
  return JSON.stringify(kept, (_key, value: unknown) => (value instanceof Source ? numbers.get(value) : value))
}

/**
 * What {@link declarationsText} wrote of the same sources. The text is taken as it is: whoever has it answers for nobody
 * having changed it.
 */
export function readDeclarations(text: string, sources: readonly Source[], findings: Findings): Declarations {
  const kept = JSON.parse(text) as Kept
  giveSources(kept, sources)
  for (const { code, details, at } of kept.findings) findings.warning(code, details, at)
  const macros = new Names<MacroDeclaration>()
  for (const macro of kept.macros) macros.add(macro)
  const lists = new Names<ListDeclaration>()
  for (const list of kept.lists) lists.add(list)
  return { sources, rules: kept.rules, filters: kept.filters, macros, lists }
}

/** Puts sources in the places of their numbers, in place: the tree is ours alone, and a copy would take as long as parsing it. */
function giveSources(tree: object, sources: readonly Source[]): void {
  const values: Record<string, unknown> = tree as Record<string, unknown>
  for (const key in values) {
    const value = values[key]
    if (typeof value === 'object' && value !== null) giveSources(value, sources)
    else if (key === 'source' && typeof value === 'number') values[key] = sources[value]
  }
}

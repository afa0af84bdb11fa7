// SPDX-License-Identifier: Apache-2.0

import { SourceText } from '../../../errors/source-text.js'
import {
  type Declarations,
  Definitions,
  type FilterDeclaration,
  type ListDeclaration,
  type MacroDeclaration,
  type RuleDeclaration,
} from '../declare/declarations.js'
import type { PolicyFinding, PolicyFindings } from '../policy-findings.js'

/** As it is written: a span holds the number of its source. */
interface CachedDeclarations {
  readonly rules: readonly RuleDeclaration[]
  readonly filters: readonly FilterDeclaration[]
  readonly macros: readonly MacroDeclaration[]
  readonly lists: readonly ListDeclaration[]
  readonly findings: readonly PolicyFinding[]
}

/** Declarations, and the warnings that were told while they were read, as a JSON text. */
export function serializeDeclarations(
  { sources, rules, filters, macros, lists }: Declarations,
  findings: PolicyFindings,
): string {
  const numbers = new Map(sources.map((source, number) => [source, number]))
  const cached: CachedDeclarations = {
    rules,
    filters,
    macros: [...macros.all()],
    lists: [...lists.all()],
    findings: findings.all,
  }
  return JSON.stringify(cached, (_key, value: unknown) => (value instanceof SourceText ? numbers.get(value) : value))
}

/**
 * What {@link serializeDeclarations} wrote of the same sources. The text is taken as it is: whoever has it answers for nobody
 * having changed it.
 */
export function parseDeclarations(text: string, sources: readonly SourceText[], findings: PolicyFindings): Declarations {
  const cached = JSON.parse(text) as CachedDeclarations
  restoreSources(cached, sources)
  for (const { code, details, at } of cached.findings) findings.warning(code, details, at)
  const macros = new Definitions<MacroDeclaration>()
  for (const macro of cached.macros) macros.add(macro)
  const lists = new Definitions<ListDeclaration>()
  for (const list of cached.lists) lists.add(list)
  return { sources, rules: cached.rules, filters: cached.filters, macros, lists }
}

/** Puts sources in the places of their numbers, in place: the tree is ours alone, and a copy would take as long as parsing it. */
function restoreSources(tree: object, sources: readonly SourceText[]): void {
  const values: Record<string, unknown> = tree as Record<string, unknown>
  for (const key in values) {
    const value = values[key]
    if (typeof value === 'object' && value !== null) restoreSources(value, sources)
    else if (key === 'source' && typeof value === 'number') values[key] = sources[value]
  }
}

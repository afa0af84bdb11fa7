// SPDX-License-Identifier: Apache-2.0

import { isObjectOrList } from '../../../contract/objects.js'
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

/** The serialized form: a span contains the index of its source text. */
interface CachedDeclarations {
  readonly rules: readonly RuleDeclaration[]
  readonly filters: readonly FilterDeclaration[]
  readonly macros: readonly MacroDeclaration[]
  readonly lists: readonly ListDeclaration[]
  readonly findings: readonly PolicyFinding[]
}

/** Serializes declarations, and the warnings that were reported while they were read, as JSON. */
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
 * Parses the result of {@link serializeDeclarations} for the same source texts. The text is not validated: the caller guarantees
 * that it is unmodified.
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

/**
 * Replaces the indexes by source texts, in place: this code is the only owner of the tree, and a copy would take as long as
 * parsing.
 */
function restoreSources(tree: object, sources: readonly SourceText[]): void {
  const values: Record<string, unknown> = tree as Record<string, unknown>
  for (const key in values) {
    const value = values[key]
    if (isObjectOrList(value)) restoreSources(value, sources)
    else if (key === 'source' && typeof value === 'number') values[key] = sources[value]
  }
}

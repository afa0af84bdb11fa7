// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** One import of a file. */
export interface Import {
  /** As written: `../errors/fault.js`, `node:fs`. */
  readonly target: string
  /** A file of the repository, relative to its root; undefined: a package. */
  readonly file: string | undefined
  /** Whether the import has no effect at run time. */
  readonly isTypeOnly: boolean
  /** Whether the import is dynamic: `import('...')`. */
  readonly isLazy: boolean
}

const IMPORT =
  /^\s*(?:import|export)\b([^'"`;]*?)from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm

export function importsOf(file: string, text = readFileSync(file, 'utf8')): Import[] {
  return [...text.matchAll(IMPORT)].map(([, clause = '', from, later, bare]) => {
    const target = from ?? later ?? bare ?? ''
    return {
      target,
      file: target.startsWith('.') ? normalize(join(dirname(file), target)).replace(/\.js$/, '.ts') : undefined,
      isTypeOnly: from !== undefined && isTypeOnly(clause.trim()),
      isLazy: later !== undefined,
    }
  })
}

/** ` type { A } `, `{ type A, type B }`. */
const isTypeOnly = (clause: string): boolean => /^type\s+[{*\w]/.test(clause) || /^\{(\s*type\s[^,}]+,?)+\s*\}$/.test(clause)

/** Name → the names that it imports. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Builds the graph of the names that `nameOf` gives to files; files without a name are left out. A name has no edge to itself.
 */
export function buildImportGraph(
  files: readonly string[],
  nameOf: (file: string) => string | undefined,
  counts: (one: Import) => boolean,
  imports: (file: string) => readonly Import[] = importsOf,
): ImportGraph {
  const graph = new Map<string, Set<string>>()
  for (const file of files) {
    const from = nameOf(file)
    if (from === undefined) continue
    const targets = graph.get(from) ?? new Set<string>()
    graph.set(from, targets)
    for (const one of imports(file)) {
      const to = one.file !== undefined && counts(one) ? nameOf(one.file) : undefined
      if (to !== undefined && to !== from) targets.add(to)
    }
  }
  return graph
}

/** Import cycles as `a -> b -> a`; at least one for each strongly connected component. */
export function cyclesIn(graph: ImportGraph): string[] {
  const cycles: string[] = []
  const done = new Set<string>()
  const walk = (name: string, path: readonly string[]): void => {
    const at = path.indexOf(name)
    if (at >= 0) cycles.push([...path.slice(at), name].join(' -> '))
    if (at >= 0 || done.has(name)) return
    for (const next of graph.get(name) ?? []) walk(next, [...path, name])
    done.add(name)
  }
  for (const name of graph.keys()) walk(name, [])
  return cycles
}

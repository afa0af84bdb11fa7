// SPDX-License-Identifier: Apache-2.0
import type { Expression } from '../ast.js'
import type { Conditional, MacroDeclaration } from '../declare/declarations.js'
import type { Law, Load } from './law.js'

/** Macros in macros. */
const MOST_MACROS = 50
/** `not`s and parentheses within each other once macros are in their places: whoever walks such a tree does it by recursion. */
const MOST_LEVELS = 400
/** Comparisons of one rule, its macros put in their places: a few doublings in a row make millions. */
const MOST_COMPARISONS = 200_000

/** A macro may not reach itself, directly or through others: putting it in its place would never end, or take very long. */
export const noEndlessMacros: Law = load => {
  const { macros, rules, filters } = load.declarations
  // With one meaning for each name, what was found for a macro holds wherever it is used.
  const shared = macros.isRedefined ? undefined : new Map<Conditional, Size>()
  for (const owner of [...rules, ...filters]) new Walk(load, owner, shared).size(owner, [])
  for (const macro of macros.all()) new Walk(load, macro, shared).size(macro, [macro])
}

interface Size {
  readonly width: number
  readonly height: number
}

const LEAF: Size = { width: 1, height: 1 }

class Walk {
  readonly #load: Load
  readonly #owner: Conditional
  readonly #sizes: Map<Conditional, Size>

  constructor(load: Load, owner: Conditional, sizes: Map<Conditional, Size> | undefined) {
    this.#load = load
    this.#owner = owner
    this.#sizes = sizes ?? new Map()
  }

  /** What `of` comes to. `path` are the macros that led here. */
  size(of: Conditional, path: readonly MacroDeclaration[]): Size {
    const known = this.#sizes.get(of)
    if (known) return known
    const { findings } = this.#load
    let size = of.condition ? this.#treeSize(of.condition, path) : LEAF
    // Told once: whoever uses it counts it as a leaf and need not be told again.
    if (size.width > MOST_COMPARISONS) {
      findings.error('SFP_POLICY_TOO_WIDE', { kind: of.kind, limit: MOST_COMPARISONS }, of.span)
      size = LEAF
    } else if (size.height > MOST_LEVELS) {
      findings.error('SFP_POLICY_TOO_DEEP', { thing: 'condition, its macros put in their places,', limit: MOST_LEVELS }, of.span)
      size = LEAF
    }
    this.#sizes.set(of, size)
    return size
  }

  #treeSize(tree: Expression, path: readonly MacroDeclaration[]): Size {
    switch (tree.kind) {
      case 'and':
      case 'or': {
        const sizes = tree.terms.map(term => this.#treeSize(term, path))
        return {
          width: sizes.reduce((sum, { width }) => sum + width, 0),
          height: 1 + sizes.reduce((most, { height }) => Math.max(most, height), 0),
        }
      }
      case 'not': {
        const { width, height } = this.#treeSize(tree.term, path)
        return { width, height: height + 1 }
      }
      case 'comparison':
        return LEAF
      case 'macro':
        return this.#macroSize(tree, path)
      default:
        return tree satisfies never
    }
  }

  #macroSize({ name, span }: Expression & { kind: 'macro' }, path: readonly MacroDeclaration[]): Size {
    const { declarations, findings } = this.#load
    const macro = declarations.macros.seenFrom(this.#owner.position, name)
    if (!macro) return LEAF
    if (path.includes(macro)) {
      const cycle = [...path.slice(path.indexOf(macro)), macro].map(({ name }) => name)
      findings.error('SFP_POLICY_MACRO_CYCLE', { path: cycle.join(' -> ') }, span)
      return LEAF
    }
    if (path.length >= MOST_MACROS) {
      findings.error('SFP_POLICY_TOO_DEEP', { thing: 'macro', limit: MOST_MACROS }, span)
      return LEAF
    }
    return this.size(macro, [...path, macro])
  }
}

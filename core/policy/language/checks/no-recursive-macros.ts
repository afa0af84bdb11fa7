// SPDX-License-Identifier: Apache-2.0
import type { Expression } from '../ast.js'
import type { ConditionalDeclaration, MacroDeclaration } from '../declare/declarations.js'
import type { Check, CheckContext } from './check.js'

/** Macros in macros. */
const MAX_MACRO_DEPTH = 50
/** `not`s and parentheses within each other once macros are in their places: whoever walks such a tree does it by recursion. */
const MAX_LEVELS = 400
/** Comparisons of one rule, its macros put in their places: a few doublings in a row make millions. */
const MAX_COMPARISONS = 200_000

/** A macro may not reach itself, directly or through others: putting it in its place would never end, or take very long. */
export const noRecursiveMacros: Check = context => {
  const { macros, rules, filters } = context.declarations
  // With one meaning for each name, what was found for a macro holds wherever it is used.
  const shared = macros.hasRedefinitions ? undefined : new Map<ConditionalDeclaration, Size>()
  for (const owner of [...rules, ...filters]) new MacroSizes(context, owner, shared).size(owner, [])
  for (const macro of macros.all()) new MacroSizes(context, macro, shared).size(macro, [macro])
}

interface Size {
  readonly width: number
  readonly height: number
}

const LEAF_SIZE: Size = { width: 1, height: 1 }

class MacroSizes {
  readonly #context: CheckContext
  readonly #owner: ConditionalDeclaration
  readonly #sizes: Map<ConditionalDeclaration, Size>

  constructor(context: CheckContext, owner: ConditionalDeclaration, sizes: Map<ConditionalDeclaration, Size> | undefined) {
    this.#context = context
    this.#owner = owner
    this.#sizes = sizes ?? new Map()
  }

  /** What `of` comes to. `path` are the macros that led here. */
  size(conditional: ConditionalDeclaration, path: readonly MacroDeclaration[]): Size {
    const known = this.#sizes.get(conditional)
    if (known) return known
    const { findings } = this.#context
    let size = conditional.condition ? this.#treeSize(conditional.condition, path) : LEAF_SIZE
    // Told once: whoever uses it counts it as a leaf and need not be told again.
    if (size.width > MAX_COMPARISONS) {
      findings.error('SFP_POLICY_TOO_WIDE', { kind: conditional.kind, limit: MAX_COMPARISONS }, conditional.span)
      size = LEAF_SIZE
    } else if (size.height > MAX_LEVELS) {
      findings.error(
        'SFP_POLICY_TOO_DEEP',
        { thing: 'condition, its macros put in their places,', limit: MAX_LEVELS },
        conditional.span,
      )
      size = LEAF_SIZE
    }
    this.#sizes.set(conditional, size)
    return size
  }

  #treeSize(tree: Expression, path: readonly MacroDeclaration[]): Size {
    switch (tree.kind) {
      case 'and':
      case 'or': {
        const sizes = tree.terms.map(term => this.#treeSize(term, path))
        return {
          width: sizes.reduce((sum, { width }) => sum + width, 0),
          height: 1 + sizes.reduce((highest, { height }) => Math.max(highest, height), 0),
        }
      }
      case 'not': {
        const { width, height } = this.#treeSize(tree.term, path)
        return { width, height: height + 1 }
      }
      case 'comparison':
        return LEAF_SIZE
      case 'macro':
        return this.#macroSize(tree, path)
      default:
        return tree satisfies never
    }
  }

  #macroSize({ name, span }: Expression & { kind: 'macro' }, path: readonly MacroDeclaration[]): Size {
    const { declarations, findings } = this.#context
    const macro = declarations.macros.visibleFrom(this.#owner.position, name)
    if (!macro) return LEAF_SIZE
    if (path.includes(macro)) {
      const cycle = [...path.slice(path.indexOf(macro)), macro].map(({ name }) => name)
      findings.error('SFP_POLICY_MACRO_CYCLE', { path: cycle.join(' -> ') }, span)
      return LEAF_SIZE
    }
    if (path.length >= MAX_MACRO_DEPTH) {
      findings.error('SFP_POLICY_TOO_DEEP', { thing: 'macro', limit: MAX_MACRO_DEPTH }, span)
      return LEAF_SIZE
    }
    return this.size(macro, [...path, macro])
  }
}

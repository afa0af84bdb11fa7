// SPDX-License-Identifier: Apache-2.0
import type { Expression } from '../ast.js'
import type { ConditionalDeclaration, MacroDeclaration } from '../declare/declarations.js'
import type { Check, CheckContext } from './check.js'

/** Maximum nesting of macros. */
const MAX_MACRO_DEPTH = 50
/** Maximum nesting of `not`s and parentheses after macro expansion, because the tree is processed recursively. */
const MAX_LEVELS = 400
/** Maximum number of comparisons of one rule after macro expansion: a few doublings in a row make millions. */
const MAX_COMPARISONS = 200_000

/** A macro must not contain itself, directly or through other macros: its expansion would never end, or take very long. */
export const noRecursiveMacros: Check = context => {
  const { macros, rules, filters } = context.declarations
  // If each name has one definition, the result for a macro is valid wherever the macro is used.
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

  /** The size of `conditional` after expansion. `path`: the macros that led to it. */
  size(conditional: ConditionalDeclaration, path: readonly MacroDeclaration[]): Size {
    const known = this.#sizes.get(conditional)
    if (known) return known
    const { findings } = this.#context
    let size = conditional.condition ? this.#treeSize(conditional.condition, path) : LEAF_SIZE
    // Reported once: users of this macro count it as a leaf, so they do not report it again.
    if (size.width > MAX_COMPARISONS) {
      findings.error('SFP_POLICY_TOO_WIDE', { kind: conditional.kind, limit: MAX_COMPARISONS }, conditional.span)
      size = LEAF_SIZE
    } else if (size.height > MAX_LEVELS) {
      findings.error('SFP_POLICY_TOO_DEEP', { thing: 'condition with expanded macros', limit: MAX_LEVELS }, conditional.span)
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

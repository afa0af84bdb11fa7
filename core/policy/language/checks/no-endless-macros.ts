// SPDX-License-Identifier: Apache-2.0
import type { Conditional, MacroDeclaration } from '../declarations.js'
import { conditionals, type Law, type Load, leaves } from './law.js'

/** Macros in macros; the trees that come of it are walked by recursion. */
const MOST_LEVELS = 50
/** Comparisons of one rule, its macros put in their places: a few doublings in a row make millions. */
const MOST_COMPARISONS = 200_000

/** A macro may not reach itself, directly or through others: putting it in its place would never end, or take very long. */
export const noEndlessMacros: Law = load => {
  const { macros, rules, filters } = load.declarations
  // With one meaning for each name, what was found for a macro holds wherever it is used.
  const shared = macros.isRedefined ? undefined : new Map<Conditional, number>()
  for (const owner of [...rules, ...filters]) new Walk(load, owner, shared).width(owner, [])
  for (const macro of macros.all()) new Walk(load, macro, shared).width(macro, [macro])
}

class Walk {
  readonly #load: Load
  readonly #owner: Conditional
  readonly #widths: Map<Conditional, number>

  constructor(load: Load, owner: Conditional, widths: Map<Conditional, number> | undefined) {
    this.#load = load
    this.#owner = owner
    this.#widths = widths ?? new Map()
  }

  /** How many comparisons `of` comes to. `path` are the macros that led here. */
  width(of: Conditional, path: readonly MacroDeclaration[]): number {
    const known = this.#widths.get(of)
    if (known !== undefined) return known
    const { findings } = this.#load
    let width = 0
    for (const leaf of leaves(of.condition)) {
      const macro = leaf.kind === 'macro' ? this.#load.declarations.macros.seenFrom(this.#owner.position, leaf.name) : undefined
      if (!macro) width++
      else if (path.includes(macro)) {
        const cycle = [...path.slice(path.indexOf(macro)), macro]
        findings.error('SFP_POLICY_MACRO_CYCLE', { path: cycle.map(({ name }) => name).join(' -> ') }, leaf.span)
      } else if (path.length >= MOST_LEVELS)
        findings.error('SFP_POLICY_TOO_DEEP', { thing: 'macro', limit: MOST_LEVELS }, leaf.span)
      else width += this.width(macro, [...path, macro])
    }
    if (width > MOST_COMPARISONS) {
      findings.error('SFP_POLICY_TOO_WIDE', { kind: of.kind, limit: MOST_COMPARISONS }, of.span)
      // Told once; who uses it need not be told again.
      width = 1
    }
    this.#widths.set(of, width)
    return width
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { LiteralPosition, RequiredLiteral, SearchableView } from '../criteria/required-literal.js'
import type { RowTest } from '../criteria/row-test.js'
import type { EntityPredicate } from '../graph/entity-predicates.js'
import type { SearchLiteral } from './gram-table.js'
import { IndexSet } from './index-set.js'
import { LiteralPrefilters } from './literal-prefilters.js'
import { type LiteralSearch, literalSearch } from './literal-search.js'

/**
 * Answers all facets of one decider at once. Most of them have one answer unless one of a few literals stands in the texts of
 * the entity, so all texts are searched for all literals in one pass, and only those facets are asked of which a literal was
 * met, and those that no literal tells anything about.
 */
export class EntityPredicateIndex<B extends Batch> {
  readonly length: number
  readonly #tests: readonly RowTest<B>[]
  /** By place of the facet; 1: it holds where no literal tells otherwise. */
  readonly #usual: Uint8Array
  /** Places of the facets that have to be asked every time. */
  readonly #alwaysEvaluated: readonly number[]
  readonly #searches: readonly LiteralSearch<B>[]
  /** By number of the clue. */
  readonly #predicatesByLiteral: readonly (readonly number[])[]
  readonly #foundLiterals: IndexSet
  readonly #evaluated: IndexSet
  readonly #unusual: IndexSet

  /** Without `usesLiterals` every facet is asked every time. */
  constructor(entityPredicates: readonly EntityPredicate<B>[], usesLiterals: boolean) {
    this.length = entityPredicates.length
    this.#tests = entityPredicates.map(({ test }) => test)
    this.#usual = new Uint8Array(entityPredicates.length)
    const numbers = new LiteralNumbers<B>()
    const alwaysEvaluated: number[] = []
    const predicatesByLiteral: number[][] = []
    const nodes = entityPredicates.map(({ node }) => node)
    const prefilters = new LiteralPrefilters<B>(usesLiterals ? nodes : [], literal => numbers.keyOf(literal))
    for (const [index, node] of nodes.entries()) {
      const ifTrue = usesLiterals ? prefilters.requiredFor(node, true) : null
      const ifFalse = usesLiterals && ifTrue === null ? prefilters.requiredFor(node, false) : null
      if (ifFalse !== null) this.#usual[index] = 1
      const literals = ifTrue ?? ifFalse
      if (literals === null) alwaysEvaluated.push(index)
      else {
        for (const number of new Set(literals.map(literal => numbers.of(literal)))) {
          predicatesByLiteral[number] ??= []
          predicatesByLiteral[number].push(index)
        }
      }
    }
    this.#alwaysEvaluated = alwaysEvaluated
    this.#predicatesByLiteral = predicatesByLiteral
    this.#searches = numbers.searches()
    this.#foundLiterals = new IndexSet(predicatesByLiteral.length)
    this.#evaluated = new IndexSet(entityPredicates.length)
    this.#unusual = new IndexSet(entityPredicates.length)
  }

  isUsual(index: number): boolean {
    return this.#usual[index] === 1
  }

  /** Places of the facets with another answer than usual, ascending; the next call overwrites them. */
  unusual(batch: B, row: number): IndexSet {
    const evaluated = this.#evaluated
    const unusual = this.#unusual
    this.#search(batch, row)
    unusual.clear()
    for (const index of this.#alwaysEvaluated) if (this.#tests[index]!(batch, row)) unusual.add(index)
    for (let at = 0; at < evaluated.length; at++) {
      const index = evaluated.list[at]!
      if (this.#tests[index]!(batch, row) !== (this.#usual[index] === 1)) unusual.add(index)
    }
    unusual.sort()
    return unusual
  }

  /** Places of the facets that the last call of {@link unusual} had to ask. */
  evaluatedIndexes(): readonly number[] {
    return [...this.#alwaysEvaluated, ...this.#evaluated.list.subarray(0, this.#evaluated.length)]
  }

  #search(batch: B, row: number): void {
    const foundLiterals = this.#foundLiterals
    const evaluated = this.#evaluated
    foundLiterals.clear()
    evaluated.clear()
    for (const search of this.#searches) search(batch, row, foundLiterals)
    for (let at = 0; at < foundLiterals.length; at++)
      for (const index of this.#predicatesByLiteral[foundLiterals.list[at]!]!) evaluated.add(index)
  }
}

/** Gives equal clues one number, and arranges all that have one by the texts in which they are searched for. */
class LiteralNumbers<B extends Batch> {
  readonly #views = new Map<SearchableView<B>, number>()
  readonly #numbers = new Map<string, number>()
  readonly #literals: RequiredLiteral<B>[] = []

  keyOf({ view, isFolded, position, text }: RequiredLiteral<B>): string {
    let number = this.#views.get(view)
    if (number === undefined) {
      number = this.#views.size
      this.#views.set(view, number)
    }
    return `${number} ${isFolded} ${position} ${text}`
  }

  of(literal: RequiredLiteral<B>): number {
    const key = this.keyOf(literal)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#literals.length
    this.#numbers.set(key, number)
    this.#literals.push(literal)
    return number
  }

  searches(): readonly LiteralSearch<B>[] {
    const searches = new Map<
      string,
      { readonly literal: RequiredLiteral<B>; readonly literalsByPosition: Record<LiteralPosition, SearchLiteral[]> }
    >()
    for (const [number, literal] of this.#literals.entries()) {
      const { view, isFolded, position, text } = literal
      const key = `${this.#views.get(view)} ${isFolded}`
      const entry = searches.get(key) ?? { literal, literalsByPosition: { anywhere: [], start: [], end: [], whole: [] } }
      searches.set(key, entry)
      entry.literalsByPosition[position].push({ text, number })
    }
    return [...searches.values()].map(({ literal: { view, isFolded }, literalsByPosition }) =>
      literalSearch(view, isFolded, literalsByPosition),
    )
  }
}

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
 * Evaluates all entity predicates of one decider at once. Most of them have one answer unless one of a few literals occurs in the
 * texts of the entity. So one pass searches all texts for all literals. Then only the predicates whose literals were found are
 * evaluated, and those without required literals.
 */
export class EntityPredicateIndex<B extends Batch> {
  readonly length: number
  readonly #tests: readonly RowTest<B>[]
  /** By index of the entity predicate; 1: it holds if none of its literals is found. */
  readonly #usual: Uint8Array
  /** Indexes of the entity predicates that are evaluated every time. */
  readonly #alwaysEvaluated: readonly number[]
  readonly #searches: readonly LiteralSearch<B>[]
  /** By number of the required literal. */
  readonly #predicatesByLiteral: readonly (readonly number[])[]
  readonly #foundLiterals: IndexSet
  readonly #evaluated: IndexSet
  readonly #unusual: IndexSet

  /** Without `usesLiterals` every entity predicate is evaluated every time. */
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

  /** Indexes of the entity predicates with an unusual answer, ascending. The next call overwrites the result. */
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

  /** Indexes of the entity predicates that the last call of {@link unusual} evaluated. */
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

/** Gives equal required literals one number, and groups the literals by the view in which they are searched. */
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

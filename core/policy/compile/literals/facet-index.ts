// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { Test } from '../circuit/circuit.js'
import type { Facet } from '../circuit/facets.js'
import type { Clue, TextView, Where } from './clue.js'
import type { Sought } from './gram-table.js'
import { Marks } from './marks.js'
import { TextIndex } from './text-index.js'
import { Witnesses } from './witnesses.js'

/**
 * Answers all facets of one decider at once. Most of them have one answer unless one of a few literals stands in the texts of
 * the entity, so all texts are searched for all literals in one pass, and only those facets are asked of which a literal was
 * met, and those that no literal tells anything about.
 */
export class FacetIndex<B extends Batch> {
  readonly length: number
  readonly #tests: readonly Test<B>[]
  /** By place of the facet; 1: it holds where no literal tells otherwise. */
  readonly #usual: Uint8Array
  /** Places of the facets that have to be asked every time. */
  readonly #always: readonly number[]
  readonly #searches: readonly Search<B>[]
  /** By number of the clue. */
  readonly #facetsOf: readonly (readonly number[])[]
  readonly #met: Marks
  readonly #asked: Marks
  readonly #unusual: Marks

  /** Without `usesLiterals` every facet is asked every time. */
  constructor(facets: readonly Facet<B>[], usesLiterals: boolean) {
    this.length = facets.length
    this.#tests = facets.map(({ test }) => test)
    this.#usual = new Uint8Array(facets.length)
    const numbers = new ClueNumbers<B>()
    const always: number[] = []
    const facetsOf: number[][] = []
    const nodes = facets.map(({ node }) => node)
    const witnesses = new Witnesses<B>(usesLiterals ? nodes : [], clue => numbers.keyOf(clue))
    for (const [place, node] of nodes.entries()) {
      const ifTrue = usesLiterals ? witnesses.of(node, true) : null
      const ifFalse = usesLiterals && ifTrue === null ? witnesses.of(node, false) : null
      if (ifFalse !== null) this.#usual[place] = 1
      const clues = ifTrue ?? ifFalse
      if (clues === null) always.push(place)
      else {
        for (const number of new Set(clues.map(clue => numbers.of(clue)))) {
          facetsOf[number] ??= []
          facetsOf[number].push(place)
        }
      }
    }
    this.#always = always
    this.#facetsOf = facetsOf
    this.#searches = numbers.searches()
    this.#met = new Marks(facetsOf.length)
    this.#asked = new Marks(facets.length)
    this.#unusual = new Marks(facets.length)
  }

  isUsual(place: number): boolean {
    return this.#usual[place] === 1
  }

  /** Places of the facets with another answer than usual, ascending; the next call overwrites them. */
  unusual(batch: B, row: number): Marks {
    const asked = this.#asked
    const unusual = this.#unusual
    this.#search(batch, row)
    unusual.clear()
    for (const place of this.#always) if (this.#tests[place]!(batch, row)) unusual.add(place)
    for (let at = 0; at < asked.length; at++) {
      const place = asked.list[at]!
      if (this.#tests[place]!(batch, row) !== (this.#usual[place] === 1)) unusual.add(place)
    }
    unusual.sort()
    return unusual
  }

  /** Places of the facets that the last call of {@link unusual} had to ask. */
  asked(): readonly number[] {
    return [...this.#always, ...this.#asked.list.subarray(0, this.#asked.length)]
  }

  #search(batch: B, row: number): void {
    const met = this.#met
    const asked = this.#asked
    met.clear()
    asked.clear()
    for (const search of this.#searches) lookInto(search, batch, row, met)
    for (let at = 0; at < met.length; at++) for (const place of this.#facetsOf[met.list[at]!]!) asked.add(place)
  }
}

interface Search<B extends Batch> {
  readonly view: TextView<B>
  readonly isFolded: boolean
  readonly index: TextIndex
}

function lookInto<B extends Batch>({ view, isFolded, index }: Search<B>, batch: B, row: number, met: Marks): void {
  if (view.kind === 'text') {
    const text = view.read(batch, row)
    index.search(isFolded ? text.toLowerCase() : text, met)
    return
  }
  const texts = view.read(batch, row)
  // An empty list is compared as one empty text.
  if (texts.length === 0) index.search('', met)
  for (const text of texts) index.search(isFolded ? text.toLowerCase() : text, met)
}

/** Gives equal clues one number, and arranges all that have one by the texts in which they are searched for. */
class ClueNumbers<B extends Batch> {
  readonly #views = new Map<TextView<B>, number>()
  readonly #numbers = new Map<string, number>()
  readonly #clues: Clue<B>[] = []

  keyOf({ view, isFolded, where, text }: Clue<B>): string {
    let number = this.#views.get(view)
    if (number === undefined) {
      number = this.#views.size
      this.#views.set(view, number)
    }
    return `${number} ${isFolded} ${where} ${text}`
  }

  of(clue: Clue<B>): number {
    const key = this.keyOf(clue)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#clues.length
    this.#numbers.set(key, number)
    this.#clues.push(clue)
    return number
  }

  searches(): readonly Search<B>[] {
    const sought = new Map<string, { readonly clue: Clue<B>; readonly by: Record<Where, Sought[]> }>()
    for (const [number, clue] of this.#clues.entries()) {
      const { view, isFolded, where, text } = clue
      const key = `${this.#views.get(view)} ${isFolded}`
      const entry = sought.get(key) ?? { clue, by: { anywhere: [], start: [], end: [], whole: [] } }
      sought.set(key, entry)
      entry.by[where].push({ text, number })
    }
    return [...sought.values()].map(({ clue: { view, isFolded }, by }) => ({ view, isFolded, index: new TextIndex(by) }))
  }
}

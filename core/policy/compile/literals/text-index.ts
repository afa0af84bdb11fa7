// SPDX-License-Identifier: Apache-2.0
import { AffixTree } from './affix-tree.js'
import type { Where } from './clue.js'
import { GramTable, type Sought } from './gram-table.js'
import type { Marks } from './marks.js'

/** All that is searched for in one text. */
export class TextIndex {
  readonly #tables: readonly GramTable[]
  readonly #starts: AffixTree | null
  readonly #ends: AffixTree | null
  readonly #wholes: ReadonlyMap<string, number> | null

  constructor(sought: Readonly<Record<Where, readonly Sought[]>>) {
    const { anywhere, start, end, whole } = sought
    this.#tables = GRAM_SIZES.flatMap(size => {
      const entries = anywhere.filter(({ text }) => Math.min(text.length, LONGEST_GRAM) === size)
      return entries.length > 0 ? [new GramTable(size, entries)] : []
    })
    this.#starts = start.length > 0 ? new AffixTree(start, false) : null
    this.#ends = end.length > 0 ? new AffixTree(end, true) : null
    this.#wholes = whole.length > 0 ? new Map(whole.map(({ text, number }) => [text, number])) : null
  }

  search(text: string, found: Marks): void {
    for (const table of this.#tables) table.search(text, found)
    this.#starts?.search(text, found)
    this.#ends?.search(text, found)
    const whole = this.#wholes?.get(text)
    if (whole !== undefined) found.add(whole)
  }
}

const LONGEST_GRAM = 4
const GRAM_SIZES = [1, 2, 3, LONGEST_GRAM]

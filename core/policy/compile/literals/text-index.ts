// SPDX-License-Identifier: Apache-2.0

import type { LiteralPosition } from '../criteria/required-literal.js'
import { AffixTree } from './affix-tree.js'
import { GramTable, type SearchLiteral } from './gram-table.js'
import type { IndexSet } from './index-set.js'

/** All literals that are searched for in one text. */
export class TextIndex {
  readonly #tables: readonly GramTable[]
  readonly #starts: AffixTree | null
  readonly #ends: AffixTree | null
  readonly #wholeTexts: ReadonlyMap<string, number> | null

  constructor(literals: Readonly<Record<LiteralPosition, readonly SearchLiteral[]>>) {
    const { anywhere, start, end, whole } = literals
    this.#tables = GRAM_SIZES.flatMap(size => {
      const entries = anywhere.filter(({ text }) => Math.min(text.length, MAX_GRAM_SIZE) === size)
      return entries.length > 0 ? [new GramTable(size, entries)] : []
    })
    this.#starts = start.length > 0 ? new AffixTree(start, false) : null
    this.#ends = end.length > 0 ? new AffixTree(end, true) : null
    this.#wholeTexts = whole.length > 0 ? new Map(whole.map(({ text, number }) => [text, number])) : null
  }

  search(text: string, found: IndexSet): void {
    for (const table of this.#tables) table.search(text, found)
    this.#starts?.search(text, found)
    this.#ends?.search(text, found)
    const whole = this.#wholeTexts?.get(text)
    if (whole !== undefined) found.add(whole)
  }
}

const MAX_GRAM_SIZE = 4
const GRAM_SIZES = [1, 2, 3, MAX_GRAM_SIZE]

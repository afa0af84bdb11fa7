// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { LiteralPosition, SearchableView } from '../criteria/required-literal.js'
import type { SearchLiteral } from './gram-table.js'
import type { IndexSet } from './index-set.js'
import { TextIndex } from './text-index.js'
import { ValueIndex } from './value-index.js'

/** Adds to `found` all literals that occur in the texts of one operand in a row. */
export type LiteralSearch<B extends Batch> = (batch: B, row: number, found: IndexSet) => void

/** `isFolded`: texts are converted to lower case before the search. */
export function literalSearch<B extends Batch>(
  view: SearchableView<B>,
  isFolded: boolean,
  literals: Readonly<Record<LiteralPosition, readonly SearchLiteral[]>>,
): LiteralSearch<B> {
  const textIndex = new TextIndex(literals)
  switch (view.kind) {
    case 'text':
      return (batch, row, found) => {
        const text = view.read(batch, row)
        textIndex.search(isFolded ? text.toLowerCase() : text, found)
      }
    case 'texts':
      return (batch, row, found) => {
        const texts = view.read(batch, row)
        // An empty list counts as one empty text.
        if (texts.length === 0) textIndex.search('', found)
        for (const text of texts) textIndex.search(isFolded ? text.toLowerCase() : text, found)
      }
    case 'any': {
      const valueIndex = new ValueIndex(textIndex, isFolded, literals.whole)
      return (batch, row, found) => {
        const value = view.read(batch, row)
        if (value !== undefined) valueIndex.search(value, found)
      }
    }
    default:
      return view satisfies never
  }
}

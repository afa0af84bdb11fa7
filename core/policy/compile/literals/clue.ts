// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { Criterion, OperatorName } from '../../policy.js'
import type { View, Views } from '../criteria/view.js'

/** Where in a text another has to stand. */
export type Where = 'anywhere' | 'start' | 'end' | 'whole'

export type TextView<B extends Batch> = View<B> & { readonly kind: 'text' | 'texts' }

/** A text at some place in what an operand gives. */
export interface Clue<B extends Batch> {
  readonly view: TextView<B>
  /** What the operand gives is put into lower case before it is looked at. */
  readonly isFolded: boolean
  readonly where: Where
  readonly text: string
}

/** Clues of which at least one is met in every row in which a comparison does not give the answer `otherwise`. */
export interface Clues<B extends Batch> {
  readonly clues: readonly Clue<B>[]
  readonly otherwise: boolean
}

/** Null: the comparison may give either answer whatever texts there are. */
export function cluesOf<B extends Batch>(criterion: Criterion, views: Views<B>): Clues<B> | null {
  const { operator } = criterion
  const where = WHERE[operator]
  const view = views.of(criterion.left)
  if (where === undefined || (view.kind !== 'text' && view.kind !== 'texts')) return null
  const isFolded = operator === 'icontains'
  const clues: Clue<B>[] = []
  for (const operand of criterion.right) {
    if (operand.kind !== 'literal') return null
    const text = operator === 'glob' ? longestPiece(operand.text) : isFolded ? operand.text.toLowerCase() : operand.text
    if (text === '' && where !== 'whole') return null
    clues.push({ view, isFolded, where, text })
  }
  return { clues, otherwise: operator === '!=' }
}

const WHERE: Readonly<Partial<Record<OperatorName, Where>>> = {
  '=': 'whole',
  '!=': 'whole',
  in: 'whole',
  contains: 'anywhere',
  icontains: 'anywhere',
  pmatch: 'anywhere',
  startswith: 'start',
  endswith: 'end',
  glob: 'anywhere',
}

/** What every text contains that fits a shell pattern; empty where that is not told easily. */
function longestPiece(pattern: string): string {
  if (pattern.includes('[')) return ''
  return pattern.split(/[*?]/).reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '')
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { OperatorName } from '../../operators.js'
import type { Criterion } from '../../policy.js'
import type { OperandView, OperandViews } from './operand-view.js'

/** Where in a text another has to stand. */
export type LiteralPosition = 'anywhere' | 'start' | 'end' | 'whole'

/** An operand whose texts can be searched for literals; a value of kind `any` may be a text or contain some. */
export type SearchableView<B extends Batch> = OperandView<B> & { readonly kind: 'text' | 'texts' | 'any' }

/** A text at some place in what an operand gives. */
export interface RequiredLiteral<B extends Batch> {
  readonly view: SearchableView<B>
  /** What the operand gives is put into lower case before it is looked at. */
  readonly isFolded: boolean
  readonly position: LiteralPosition
  readonly text: string
}

/** Clues of which at least one is met in every row in which a comparison does not give the answer `otherwise`. */
export interface RequiredLiterals<B extends Batch> {
  readonly literals: readonly RequiredLiteral<B>[]
  readonly defaultAnswer: boolean
}

/** Null: the comparison may give either answer whatever texts there are. */
export function requiredLiteralsOf<B extends Batch>(criterion: Criterion, views: OperandViews<B>): RequiredLiterals<B> | null {
  const { operator } = criterion
  const position = OPERATOR_POSITIONS[operator]
  const view = views.of(criterion.left)
  if (position === undefined || (view.kind !== 'text' && view.kind !== 'texts' && view.kind !== 'any')) return null
  const isFolded = operator === 'icontains'
  const literals: RequiredLiteral<B>[] = []
  for (const operand of criterion.right) {
    if (operand.kind !== 'literal') return null
    const text = operator === 'glob' ? longestPiece(operand.text) : isFolded ? operand.text.toLowerCase() : operand.text
    if (text === '' && position !== 'whole') return null
    // Bytes are searched as the text that they encode, in which half a character cannot be found.
    if (view.kind === 'any' && !isWellFormed(text)) return null
    literals.push({ view, isFolded, position, text })
  }
  return { literals, defaultAnswer: operator === '!=' }
}

const OPERATOR_POSITIONS: Readonly<Partial<Record<OperatorName, LiteralPosition>>> = {
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

const isWellFormed = (text: string): boolean => Buffer.from(text, 'utf8').toString('utf8') === text

/** What every text contains that fits a shell pattern; empty where that is not told easily. */
function longestPiece(pattern: string): string {
  if (pattern.includes('[')) return ''
  return pattern.split(/[*?]/).reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '')
}

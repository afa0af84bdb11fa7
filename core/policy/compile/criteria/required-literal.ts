// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { OperatorName } from '../../operators.js'
import type { Criterion } from '../../policy.js'
import type { OperandView, OperandViews } from './operand-view.js'

/** The required position of a literal in a text. */
export type LiteralPosition = 'anywhere' | 'start' | 'end' | 'whole'

/** An operand whose texts can be searched for literals. A value of kind `any` may be a text or contain texts. */
export type SearchableView<B extends Batch> = OperandView<B> & { readonly kind: 'text' | 'texts' | 'any' }

/** A literal at some position in the texts of an operand. */
export interface RequiredLiteral<B extends Batch> {
  readonly view: SearchableView<B>
  /** The texts of the operand are converted to lower case before the search. */
  readonly isFolded: boolean
  readonly position: LiteralPosition
  readonly text: string
}

/** Required literals: at least one occurs in every row in which the comparison does not give `defaultAnswer`. */
export interface RequiredLiterals<B extends Batch> {
  readonly literals: readonly RequiredLiteral<B>[]
  readonly defaultAnswer: boolean
}

/** Null: no literals are required, the comparison may give either answer for any texts. */
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
    // Bytes are searched as the text that they encode. Half a character cannot be found in it.
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

/** A text that every match of the shell pattern contains; empty if it is not easy to determine. */
function longestPiece(pattern: string): string {
  if (pattern.includes('[')) return ''
  return pattern.split(/[*?]/).reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '')
}

// SPDX-License-Identifier: Apache-2.0
import { takesList } from '../operators.js'
import type { ComparisonMember, Expression } from './ast.js'

/** The text of a condition on one line. Parsing it gives an equal tree. */
export function printCondition(tree: Expression): string {
  switch (tree.kind) {
    case 'or':
      return tree.terms.map(term => parenthesize(term, term.kind === 'or')).join(' or ')
    case 'and':
      return tree.terms.map(term => parenthesize(term, term.kind === 'or' || term.kind === 'and')).join(' and ')
    case 'not':
      return `not ${parenthesize(tree.term, tree.term.kind === 'or' || tree.term.kind === 'and')}`
    case 'macro':
      return tree.name
    case 'comparison': {
      const left = `${tree.left.raw} ${tree.operator}`
      if (tree.operator === 'exists') return left
      const right = tree.right.map(printMember).join(', ')
      return takesList(tree.operator) ? `${left} (${right})` : `${left} ${right}`
    }
    default:
      return tree satisfies never
  }
}

const parenthesize = (tree: Expression, parentheses: boolean): string =>
  parentheses ? `(${printCondition(tree)})` : printCondition(tree)

const printMember = (member: ComparisonMember): string =>
  member.kind === 'atom' ? member.raw : `[${member.items.map(item => item.raw).join(', ')}]`

// SPDX-License-Identifier: Apache-2.0
import type { TextOperator } from '../policy.js'
import { globTest } from './glob.js'
import { recordedRegexTest, regexTest } from './regex.js'

export type TextTest = (text: string) => boolean
/** `!=` is the negation of `=`, made where the criterion is. */
export type PositiveTextOperator = Exclude<TextOperator, '!='>

/** Whether a text stands in the relation `operator` to any of `literals`: all work on these is done here, once. */
export function textTest(operator: PositiveTextOperator, literals: readonly string[]): TextTest {
  switch (operator) {
    case '=':
    case 'in':
      return isOneOf(literals)
    case 'contains':
    case 'pmatch':
      return anyOf(literals.map(literal => text => text.includes(literal)))
    case 'icontains': {
      const test = anyOf(literals.map(literal => literal.toLowerCase()).map(literal => text => text.includes(literal)))
      return text => test(text.toLowerCase())
    }
    case 'startswith':
      return anyOf(literals.map(literal => text => text.startsWith(literal)))
    case 'endswith':
      return anyOf(literals.map(literal => text => text.endsWith(literal)))
    case 'glob':
      return anyOf(literals.map(globTest))
    case 'regex':
      return anyOf(literals.map(regexTest))
    default:
      return operator satisfies never
  }
}

/** The same relation between two texts of which neither is known before. */
export function textPairTest(operator: PositiveTextOperator): (left: string, right: string) => boolean {
  switch (operator) {
    case '=':
    case 'in':
      return (left, right) => left === right
    case 'contains':
    case 'pmatch':
      return (left, right) => left.includes(right)
    case 'icontains':
      return (left, right) => left.toLowerCase().includes(right.toLowerCase())
    case 'startswith':
      return (left, right) => left.startsWith(right)
    case 'endswith':
      return (left, right) => left.endsWith(right)
    case 'glob':
      return (left, right) => globTest(right)(left)
    case 'regex':
      return recordedRegexTest()
    default:
      return operator satisfies never
  }
}

function isOneOf(literals: readonly string[]): TextTest {
  const [first, second] = literals
  if (first === undefined) return () => false
  if (second === undefined) return text => text === first
  if (literals.length === 2) return text => text === first || text === second
  const members = new Set(literals)
  return text => members.has(text)
}

function anyOf(tests: readonly TextTest[]): TextTest {
  const [first, second] = tests
  if (first === undefined) return () => false
  if (second === undefined) return first
  if (tests.length === 2) return text => first(text) || second(text)
  return text => {
    for (const test of tests) if (test(text)) return true
    return false
  }
}

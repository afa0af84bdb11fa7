// SPDX-License-Identifier: Apache-2.0
import { anyTextTest, type TextTest } from './text-test.js'

/** Below this number, searching for the literals one by one is faster. */
const MIN_ALTERNATION_LITERALS = 3
/** A longer list is split into several expressions of moderate size. */
const MAX_ALTERNATIVES = 256

/** Whether the text contains any of the literals. */
export const containsAny = (literals: readonly string[]): TextTest =>
  literals.length < MIN_ALTERNATION_LITERALS
    ? anyTextTest(literals.map(literal => text => text.includes(literal)))
    : alternation(literals, '')

/** Whether the text starts with any of the literals. */
export const startsWithAny = (literals: readonly string[]): TextTest =>
  literals.length < MIN_ALTERNATION_LITERALS
    ? anyTextTest(literals.map(literal => text => text.startsWith(literal)))
    : alternation(literals, '^')

/** Whether the text ends with any of the literals. Only literals with the same last character are tested. */
export function endsWithAny(literals: readonly string[]): TextTest {
  if (literals.length < MIN_ALTERNATION_LITERALS || literals.includes(''))
    return anyTextTest(literals.map(literal => text => text.endsWith(literal)))
  const byLast = new Map<number, string[]>()
  for (const literal of literals) {
    const last = literal.charCodeAt(literal.length - 1)
    byLast.set(last, [...(byLast.get(last) ?? []), literal])
  }
  return text => {
    const endings = byLast.get(text.charCodeAt(text.length - 1))
    if (endings === undefined) return false
    for (const ending of endings) if (text.endsWith(ending)) return true
    return false
  }
}

/**
 * All literals as one regular expression of the runtime, which factors out common prefixes. Alternatives without repetition are
 * tried at most once at each position of the text, so hostile texts cost no more than a search for each literal in turn.
 */
function alternation(literals: readonly string[], start: string): TextTest {
  const expressions: RegExp[] = []
  for (let from = 0; from < literals.length; from += MAX_ALTERNATIVES) {
    expressions.push(
      new RegExp(
        `${start}(?:${literals
          .slice(from, from + MAX_ALTERNATIVES)
          .map(escapeRegex)
          .join('|')})`,
      ),
    )
  }
  return anyTextTest(expressions.map(expression => text => expression.test(text)))
}

const escapeRegex = (literal: string): string => literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

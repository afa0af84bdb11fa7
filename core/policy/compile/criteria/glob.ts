// SPDX-License-Identifier: Apache-2.0
import type { TextTest } from './text-test.js'

type GlobToken = { readonly kind: 'run' } | { readonly kind: 'one'; readonly matches: (point: number) => boolean }

/**
 * Compiles a shell pattern to a test of whole texts: `*` matches any run of characters, `?` one character, `[abc]` and `[a-z]`
 * one of these, `[!...]` and `[^...]` none of these. A `]` in the first position is a member of the class; a `[` that is never
 * closed is a literal. A `*` backtracks only until the next `*` is reached, so the work is at most text length times pattern
 * length.
 */
export function globTest(pattern: string): TextTest {
  const tokens = parseGlob(pattern)
  const simple = simpleGlobTest(pattern)
  if (simple) return simple
  return text => matchTokens(tokens, text)
}

/** Most patterns are a fixed text with a star at one end or both. */
function simpleGlobTest(pattern: string): TextTest | undefined {
  const [, leadingStar, inner = '', trailingStar] = /^(\*?)([^*?[]*)(\*?)$/.exec(pattern) ?? []
  if (leadingStar === undefined || trailingStar === undefined) return undefined
  if (leadingStar && trailingStar) return text => text.includes(inner)
  if (leadingStar) return text => text.endsWith(inner)
  if (trailingStar) return text => text.startsWith(inner)
  return text => text === inner
}

function matchTokens(tokens: readonly GlobToken[], text: string): boolean {
  let tokenIndex = 0
  let position = 0
  let tokenAfterRun = -1
  let runEnd = 0
  while (position < text.length) {
    const current = tokens[tokenIndex]
    if (current?.kind === 'run') {
      tokenAfterRun = ++tokenIndex
      runEnd = position
      continue
    }
    const point = text.codePointAt(position) ?? 0
    if (current?.matches(point)) {
      tokenIndex++
      position += widthOf(point)
    } else if (tokenAfterRun >= 0) {
      tokenIndex = tokenAfterRun
      runEnd += widthOf(text.codePointAt(runEnd) ?? 0)
      position = runEnd
    } else return false
  }
  while (tokens[tokenIndex]?.kind === 'run') tokenIndex++
  return tokenIndex === tokens.length
}

const widthOf = (point: number): number => (point > 0xffff ? 2 : 1)

function parseGlob(pattern: string): readonly GlobToken[] {
  const points = Array.from(pattern, character => character.codePointAt(0) ?? 0)
  const tokens: GlobToken[] = []
  let position = 0
  while (position < points.length) {
    const point = points[position] ?? 0
    const end = point === OPEN ? endOfClass(points, position) : -1
    if (end >= 0) {
      tokens.push({ kind: 'one', matches: classTest(points.slice(position + 1, end)) })
      position = end + 1
      continue
    }
    if (point === STAR) tokens.push({ kind: 'run' })
    else tokens.push({ kind: 'one', matches: point === QUESTION ? () => true : read => read === point })
    position++
  }
  return tokens
}

const OPEN = 91
const CLOSE = 93
const STAR = 42
const QUESTION = 63
const EXCLAMATION = 33
const CARET = 94
const DASH = 45

const isNegation = (point: number | undefined): boolean => point === EXCLAMATION || point === CARET

/** Index of the `]` that closes the class that starts at `open`; -1 if there is none. */
function endOfClass(points: readonly number[], open: number): number {
  const first = isNegation(points[open + 1]) ? open + 2 : open + 1
  return points.indexOf(CLOSE, first + 1)
}

function classTest(content: readonly number[]): (point: number) => boolean {
  const negated = isNegation(content[0])
  const members = negated ? content.slice(1) : content
  const ranges: (readonly [number, number])[] = []
  for (let position = 0; position < members.length; position++) {
    const from = members[position] ?? 0
    const to = members[position + 1] === DASH ? members[position + 2] : undefined
    ranges.push([from, to ?? from])
    if (to !== undefined) position += 2
  }
  return point => ranges.some(([from, to]) => from <= point && point <= to) !== negated
}

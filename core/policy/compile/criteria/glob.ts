// SPDX-License-Identifier: Apache-2.0
import type { TextTest } from './text-test.js'

type Sign = { readonly kind: 'run' } | { readonly kind: 'one'; readonly fits: (point: number) => boolean }

/**
 * A shell pattern as a test of whole texts: `*` any run of characters, `?` one, `[abc]` and `[a-z]` one of these, `[!...]` and
 * `[^...]` none of these. A `]` that comes first is one of these; a `[` that is never closed is itself. Any `*` gives back
 * characters only until the next `*` is reached, so the work is at most text length times pattern length.
 */
export function globTest(pattern: string): TextTest {
  const signs = signsOf(pattern)
  const simple = simpleTest(pattern)
  if (simple) return simple
  return text => fits(signs, text)
}

/** Most patterns are a fixed text with a star at one end or both. */
function simpleTest(pattern: string): TextTest | undefined {
  const [, before, inner = '', after] = /^(\*?)([^*?[]*)(\*?)$/.exec(pattern) ?? []
  if (before === undefined || after === undefined) return undefined
  if (before && after) return text => text.includes(inner)
  if (before) return text => text.endsWith(inner)
  if (after) return text => text.startsWith(inner)
  return text => text === inner
}

function fits(signs: readonly Sign[], text: string): boolean {
  let sign = 0
  let place = 0
  let signBehindRun = -1
  let runEnd = 0
  while (place < text.length) {
    const current = signs[sign]
    if (current?.kind === 'run') {
      signBehindRun = ++sign
      runEnd = place
      continue
    }
    const point = text.codePointAt(place) ?? 0
    if (current?.fits(point)) {
      sign++
      place += widthOf(point)
    } else if (signBehindRun >= 0) {
      sign = signBehindRun
      runEnd += widthOf(text.codePointAt(runEnd) ?? 0)
      place = runEnd
    } else return false
  }
  while (signs[sign]?.kind === 'run') sign++
  return sign === signs.length
}

const widthOf = (point: number): number => (point > 0xffff ? 2 : 1)

function signsOf(pattern: string): readonly Sign[] {
  const points = Array.from(pattern, character => character.codePointAt(0) ?? 0)
  const signs: Sign[] = []
  let place = 0
  while (place < points.length) {
    const point = points[place] ?? 0
    const end = point === OPEN ? endOfClass(points, place) : -1
    if (end >= 0) {
      signs.push({ kind: 'one', fits: classTest(points.slice(place + 1, end)) })
      place = end + 1
      continue
    }
    if (point === STAR) signs.push({ kind: 'run' })
    else signs.push({ kind: 'one', fits: point === QUESTION ? () => true : read => read === point })
    place++
  }
  return signs
}

const OPEN = 91
const CLOSE = 93
const STAR = 42
const QUESTION = 63
const EXCLAMATION = 33
const CARET = 94
const DASH = 45

const isNegation = (point: number | undefined): boolean => point === EXCLAMATION || point === CARET

/** Index of the `]` that closes the class begun at `open`; -1 if there is none. */
function endOfClass(points: readonly number[], open: number): number {
  const first = isNegation(points[open + 1]) ? open + 2 : open + 1
  return points.indexOf(CLOSE, first + 1)
}

function classTest(inside: readonly number[]): (point: number) => boolean {
  const negated = isNegation(inside[0])
  const members = negated ? inside.slice(1) : inside
  const ranges: (readonly [number, number])[] = []
  for (let place = 0; place < members.length; place++) {
    const from = members[place] ?? 0
    const to = members[place + 1] === DASH ? members[place + 2] : undefined
    ranges.push([from, to ?? from])
    if (to !== undefined) place += 2
  }
  return point => ranges.some(([from, to]) => from <= point && point <= to) !== negated
}

// SPDX-License-Identifier: Apache-2.0
import { globTest } from './glob.js'

/**
 * The reader of one path (`items.0.name`) in JSON text. It returns the content of a string and everything else as written. It
 * walks over the text instead of parsing it, because numbers must keep their digits and objects their whitespace. Empty for null,
 * for a path that selects nothing and for invalid JSON. A step is an index into an array or a key, where `*` is any run of
 * characters and the first matching key counts.
 */
export function jsonPathReader(path: string): (text: string) => string {
  const steps = path.split('.').map(stepOf)
  return text => {
    if (!isJson(text)) return ''
    let position = skipBlanks(text, 0)
    for (const step of steps) {
      position = findMember(text, position, step)
      if (position < 0) return ''
    }
    const slice = text.slice(position, endOfValue(text, position))
    if (slice === 'null') return ''
    return text.charCodeAt(position) === QUOTE ? decodeString(slice) : slice
  }
}

interface PathStep {
  /** -1 if the step is not an index. */
  readonly index: number
  matches(key: string): boolean
}

function stepOf(segment: string): PathStep {
  const index = /^(0|[1-9][0-9]*)$/.test(segment) ? Number(segment) : -1
  if (!segment.includes('*')) return { index, matches: key => key === segment }
  return { index, matches: globTest(segment.replace(/[[?]/g, '[$&]')) }
}

const QUOTE = 34
const BACKSLASH = 92
const OPEN_ARRAY = 91
const OPEN_OBJECT = 123

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Start of the member's value in the (valid) object or array at `position`; -1 if there is none. */
function findMember(text: string, position: number, step: PathStep): number {
  const opener = text.charCodeAt(position)
  if (opener !== OPEN_OBJECT && opener !== OPEN_ARRAY) return -1
  let at = skipBlanks(text, position + 1)
  for (let index = 0; !isCloser(text.charCodeAt(at)); index++) {
    let found = index === step.index
    if (opener === OPEN_OBJECT) {
      const endOfKey = endOfValue(text, at)
      found = step.matches(decodeString(text.slice(at, endOfKey)))
      at = skipBlanks(text, skipBlanks(text, endOfKey) + 1)
    }
    if (found) return at
    at = skipBlanks(text, endOfValue(text, at))
    if (text[at] === ',') at = skipBlanks(text, at + 1)
  }
  return -1
}

const decodeString = (literal: string): string => String(JSON.parse(literal))
const isCloser = (code: number): boolean => code === 93 || code === 125
const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9

function skipBlanks(text: string, from: number): number {
  let at = from
  while (isBlank(text.charCodeAt(at))) at++
  return at
}

/** The position after the value that starts at `from`. Nesting is counted, without recursion. */
function endOfValue(text: string, from: number): number {
  let depth = 0
  let at = from
  do {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfText(text, at)
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      depth++
      at++
    } else if (isCloser(code)) {
      depth--
      at++
    } else if (depth > 0) at++
    else at = endOfWord(text, at)
  } while (depth > 0)
  return at
}

function endOfText(text: string, from: number): number {
  let at = from + 1
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at + 1
}

function endOfWord(text: string, from: number): number {
  let at = from
  while (at < text.length && !isBlank(text.charCodeAt(at)) && text[at] !== ',' && !isCloser(text.charCodeAt(at))) at++
  return at
}

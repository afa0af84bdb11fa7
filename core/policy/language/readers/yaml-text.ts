// SPDX-License-Identifier: Apache-2.0
import type { Scalar } from 'yaml'
import type { SourceText } from '../../../errors/source-text.js'
import { type MappedText, mappedSlice, mappedTextOf } from '../mapped-text.js'

/**
 * The text of a YAML scalar from which a condition is parsed. YAML folds lines into one; here line breaks are preserved, because
 * a comment in a condition ends at the end of its line. Only inside quoted texts of the condition are lines folded, as in YAML.
 */
export function conditionText(source: SourceText, type: Scalar.Type | undefined, start: number, end: number): MappedText {
  switch (type) {
    case 'BLOCK_LITERAL':
      return mappedSlice(source, afterLine(source.text, start, end), end)
    case 'BLOCK_FOLDED':
      return foldLines(source, plainCharacters(source.text, afterLine(source.text, start, end), end))
    case 'QUOTE_SINGLE':
      return foldLines(source, singleQuotedCharacters(source.text, start + 1, end - 1))
    case 'QUOTE_DOUBLE':
      return foldLines(source, doubleQuotedCharacters(source.text, start + 1, end - 1))
    default:
      return foldLines(source, plainCharacters(source.text, start, end))
  }
}

/** A block text starts on the line after its indicator. */
function afterLine(text: string, start: number, end: number): number {
  const lineEnd = text.indexOf('\n', start)
  return lineEnd < 0 ? end : Math.min(lineEnd + 1, end)
}

/** Characters and their offsets; one more offset than characters. */
interface Characters {
  readonly text: string[]
  readonly offsets: number[]
}

function plainCharacters(text: string, start: number, end: number): Characters {
  const characters: Characters = { text: [], offsets: [] }
  for (let at = start; at < end; at++) appendCharacter(characters, text[at] ?? '', at)
  characters.offsets.push(end)
  return characters
}

function singleQuotedCharacters(text: string, start: number, end: number): Characters {
  const characters: Characters = { text: [], offsets: [] }
  for (let at = start; at < end; at++) {
    appendCharacter(characters, text[at] ?? '', at)
    if (text[at] === "'" && text[at + 1] === "'") at++
  }
  characters.offsets.push(end)
  return characters
}

function doubleQuotedCharacters(text: string, start: number, end: number): Characters {
  const characters: Characters = { text: [], offsets: [] }
  let at = start
  while (at < end) {
    if (text[at] !== '\\') {
      appendCharacter(characters, text[at] ?? '', at++)
      continue
    }
    const letter = text[at + 1] ?? ''
    const digits = HEX_DIGITS[letter]
    if (digits !== undefined) {
      const code = Number.parseInt(text.slice(at + 2, at + 2 + digits), 16)
      for (const unit of String.fromCodePoint(code <= 0x10ffff ? code : 0xfffd).split('')) appendCharacter(characters, unit, at)
      at += 2 + digits
    } else if (letter === '\n' || letter === '\r') {
      at += 2
      while (at < end && /\s/.test(text[at] ?? '')) at++
    } else {
      appendCharacter(characters, ESCAPES[letter] ?? letter, at)
      at += 2
    }
  }
  characters.offsets.push(end)
  return characters
}

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }
const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0', a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\x1b', N: '\x85', _: '\xa0', L: '\u2028', P: '\u2029',
} // biome-ignore format: a table

function appendCharacter(characters: Characters, character: string, offset: number): void {
  characters.text.push(character)
  characters.offsets.push(offset)
}

function foldLines(source: SourceText, from: Characters): MappedText {
  const characters: Characters = { text: [], offsets: [] }
  let open = ''
  for (let index = 0; index < from.text.length; index++) {
    const character = from.text[index] ?? ''
    if (open === '') {
      if (character === '"' || character === "'" || character === '#') open = character
    } else if (open === '#' ? character === '\n' : character === open) open = ''
    else if (open !== '#' && character === '\n') {
      while (isBlank(characters.text.at(-1))) {
        characters.text.pop()
        characters.offsets.pop()
      }
      appendCharacter(characters, ' ', from.offsets[index] ?? 0)
      while (isBlank(from.text[index + 1])) index++
      continue
    }
    appendCharacter(characters, character, from.offsets[index] ?? 0)
  }
  characters.offsets.push(from.offsets.at(-1) ?? 0)
  return mappedTextOf(source, characters.text.join(''), characters.offsets)
}

const isBlank = (character: string | undefined): boolean => character !== undefined && /\s/.test(character)

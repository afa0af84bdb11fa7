// SPDX-License-Identifier: Apache-2.0
import { eastAsianWidth } from 'get-east-asian-width'

/** Number of columns that a text takes on a terminal. The text must contain no styles and no control characters. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  let columns = 0
  for (const character of text) columns += characterWidth(character)
  return columns
}

/** Truncates a text to `columns`; a truncated text ends in `…`. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  return columns < 1 ? '' : `${takeColumns([...text], columns - 1).join('')}…`
}

/** Truncates a text in the middle, for texts whose end is as informative as the beginning: `/usr/lo…in/tool`. */
export function truncateMiddle(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  if (columns < 3) return truncate(text, columns)
  const characters = [...text]
  const half = Math.floor((columns - 1) / 2)
  const end = takeColumns(characters.toReversed(), half).toReversed()
  return `${takeColumns(characters, columns - 1 - half).join('')}…${end.join('')}`
}

function takeColumns(characters: readonly string[], columns: number): readonly string[] {
  let used = 0
  const end = characters.findIndex(character => {
    used += characterWidth(character)
    return used > columns
  })
  return end < 0 ? characters : characters.slice(0, end)
}

const ASCII = /^[\x20-\x7e]*$/

function characterWidth(character: string): number {
  return ZERO_WIDTH.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0)
}

/** Characters that are drawn over the one before them, which the package counts as one column. */
const ZERO_WIDTH = /^(?:\p{Mn}|\p{Me}|[\u200B-\u200D\u2060]|[\uFE00-\uFE0F])/u

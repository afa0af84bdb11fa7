// SPDX-License-Identifier: Apache-2.0

/** Columns that a text takes on a terminal. It has no marks and no control characters. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  let columns = 0
  for (const character of text) columns += characterWidth(character)
  return columns
}

/** At most `columns` wide; what is too long ends in `…`. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  return columns < 1 ? '' : `${takeColumns([...text], columns - 1).join('')}…`
}

/** Cut out of the middle, where the end says as much as the beginning: `/usr/lo…in/tool`. */
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
  if (ZERO_WIDTH.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

/** Signs that are drawn over the one before them. */
const ZERO_WIDTH = /^(?:\p{Mn}|\p{Me}|[\u200B-\u200D\u2060]|[\uFE00-\uFE0F])/u
/** East Asian wide and full-width signs, and pictures. */
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{17000}-\u{18CFF}\u{1B000}-\u{1B2FF}\u{1F300}-\u{1F64F}\u{1F680}-\u{1F6FF}\u{1F900}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u

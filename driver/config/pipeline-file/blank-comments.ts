// SPDX-License-Identifier: Apache-2.0

export interface BlankedText {
  /** As long as the original: whatever is found in it stands at the same place there. */
  readonly text: string
  /** Where a comment begins that has no end. */
  readonly unclosedAt: number | undefined
}

/** JSON with comments becomes JSON: spaces stand for `//`, `#` and slash-star comments outside of strings. */
export function blankComments(text: string): BlankedText {
  let unclosedAt: number | undefined
  const blanked = text.replace(STRING_OR_COMMENT, (match: string, offset: number) => {
    if (match.startsWith('"') || match.startsWith("'")) return match
    if (match.startsWith('/*') && !(match.length >= 4 && match.endsWith('*/'))) unclosedAt ??= offset
    return match.replace(/[^\r\n]/g, ' ')
  })
  return { text: blanked, unclosedAt }
}

/**
 * Texts are matched so that what looks like a comment in them is none. The file may be YAML, too, where a text needs no quotes:
 * so a comment must follow a space, punctuation, or a number or word of JSON, and `http://host` holds none.
 */
const STRING_OR_COMMENT = new RegExp(
  [
    String.raw`"[^"\\]*(?:\\[\s\S][^"\\]*)*"`,
    String.raw`(?<=[\s,[{:])'(?:[^'\n]|'')*'`,
    String.raw`(?<=^|[\s,[\]{}"]|\W:|\*\/|[\s:,[](?:true|false|null|[-\d][-+.\deE]*))(?:(?:#|\/\/)[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$))`,
  ].join('|'),
  'g',
)

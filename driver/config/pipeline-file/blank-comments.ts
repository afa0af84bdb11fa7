// SPDX-License-Identifier: Apache-2.0

export interface BlankedText {
  /** As long as the original, so that positions are the same in both. */
  readonly text: string
  /** Start of a comment without an end. */
  readonly unclosedAt: number | undefined
}

/** Converts JSON with comments to JSON: replaces `//`, `#` and slash-star comments outside of strings by spaces. */
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
 * Matches strings too, so that text in them is not taken for a comment. The file may also be YAML, where a string needs no
 * quotes: so a comment must follow a space, punctuation, another comment, or a number or word of JSON, and `http://host`
 * contains none. A string without an end extends to the end of the text, and the digits of a number are limited, so that the time
 * is linear.
 */
const STRING_OR_COMMENT = new RegExp(
  [
    String.raw`"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)`,
    String.raw`(?<=[\s,[{:])'(?:[^'\n]|'')*'`,
    String.raw`(?<=^|[\s,[\]{}"]|\W:|\*\/|(?:[\s:,[]|\*\/)(?:true|false|null|[-\d][-+.\deE]{0,40}))(?:(?:#|\/\/)[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$))`,
  ].join('|'),
  'g',
)

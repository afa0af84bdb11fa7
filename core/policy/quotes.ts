// SPDX-License-Identifier: Apache-2.0

/** A text without the quotes that the language allows around it: "a", 'a', ""a"", ''a'', \"a\", \'a\'. */
export function withoutQuotes(raw: string): string {
  for (const quote of QUOTES)
    if (raw.length >= 2 * quote.length && raw.startsWith(quote) && raw.endsWith(quote))
      return raw.slice(quote.length, -quote.length)
  return raw
}

/** The longer forms come first; otherwise they would be taken for the shorter ones. */
const QUOTES = ['\\"', "\\'", '""', "''", '"', "'"]

const DOUBLE = 34
const SINGLE = 39

/**
 * Removes one leading and one trailing quote of either kind, which need not match. Values lose them in comparisons, items and
 * members during reading (`'"75-system-updat"'` means its inner text). Usually there are none, and the same string is returned.
 */
export function withoutBoundingQuotes(text: string): string {
  const length = text.length
  if (length === 0) return text
  const first = text.charCodeAt(0)
  const start = first === DOUBLE || first === SINGLE ? 1 : 0
  const last = text.charCodeAt(length - 1)
  const end = length > start && (last === DOUBLE || last === SINGLE) ? length - 1 : length
  return start === 0 && end === length ? text : text.slice(start, end)
}

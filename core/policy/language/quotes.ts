// SPDX-License-Identifier: Apache-2.0

/** A text without the quotes that the language lets it stand in: "a", 'a', ""a"", ''a'', \"a\", \'a\'. */
export function withoutQuotes(raw: string): string {
  for (const quote of QUOTES)
    if (raw.length >= 2 * quote.length && raw.startsWith(quote) && raw.endsWith(quote))
      return raw.slice(quote.length, -quote.length)
  return raw
}

/** The longer forms first, or they would be taken for the shorter ones. */
const QUOTES = ['\\"', "\\'", '""', "''", '"', "'"]

/** Items and members lose one more quote at either end, which need not match: so `'"75-system-updat"'` means its inner text. */
export function withoutBoundingQuotes(text: string): string {
  const start = text.startsWith('"') || text.startsWith("'") ? 1 : 0
  const end = text.length > start && (text.endsWith('"') || text.endsWith("'")) ? text.length - 1 : text.length
  return text.slice(start, end)
}

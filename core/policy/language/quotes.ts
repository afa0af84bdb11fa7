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

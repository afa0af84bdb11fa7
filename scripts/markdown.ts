// SPDX-License-Identifier: Apache-2.0

/** First line of every generated page. */
export const GENERATED = '<!-- Made by `make docs` from the source; edit there. -->\n'

/** A table of Markdown. */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, headings.map(() => '---'), ...rows.map(row => row.map(cell))]
  return lines.map(line => `| ${line.join(' | ')} |`).join('\n')
}

export const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

export const code = (text: string): string => `\`${text}\``
export const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

// SPDX-License-Identifier: Apache-2.0

/** A part of the header: `\` and `|` are escaped, line breaks and what drives a terminal become blanks. */
export const headerText = (text: string): string => text.replace(CONTROL, ' ').replace(/[\\|]/g, '\\$&')

/** A value of the extension: `\`, `=` and line breaks are escaped, what else drives a terminal becomes a blank. */
export const valueText = (text: string): string =>
  text.replace(/[\\=]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replace(CONTROL, ' ')

/** The first characters of a text; a character of two halves is not cut in two. */
export function truncateText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const code = text.charCodeAt(maxLength - 1)
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? maxLength - 1 : maxLength)
}

const CONTROL = /\p{Cc}/gu

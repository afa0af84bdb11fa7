// SPDX-License-Identifier: Apache-2.0

/** Escapes a header field: `\` and `|` get a backslash; line breaks and other control characters become spaces. */
export const headerText = (text: string): string => text.replace(CONTROL, ' ').replace(/[\\|]/g, '\\$&')

/** Escapes an extension value: `\`, `=` and line breaks are escaped; other control characters become spaces. */
export const valueText = (text: string): string =>
  text.replace(/[\\=]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replace(CONTROL, ' ')

/** Returns at most `maxLength` UTF-16 units of `text`, without splitting a surrogate pair. */
export function truncateText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const code = text.charCodeAt(maxLength - 1)
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? maxLength - 1 : maxLength)
}

const CONTROL = /\p{Cc}/gu

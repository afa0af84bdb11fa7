// SPDX-License-Identifier: Apache-2.0

/** `text` without Unicode white space at its ends. Unlike `String.trim`, it removes U+0085 and does not remove U+FEFF. */
export function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start++
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

/** A Kubernetes event's message without the newlines and NULs that collectors append (Q10). */
export function trimmedMessage(text: string): string {
  let end = text.length
  while (end > 0 && (text.charCodeAt(end - 1) === 10 || text.charCodeAt(end - 1) === 0)) end--
  return text.slice(0, end)
}

function isWhiteSpace(code: number): boolean {
  if (code < 0x85) return code === 32 || (code >= 9 && code <= 13)
  if (code < 0x1680) return code === 0x85 || code === 0xa0
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  )
}

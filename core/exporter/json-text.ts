// SPDX-License-Identifier: Apache-2.0

/**
 * A text as a JSON string with its quotes. `<`, `>`, `&`, U+2028, U+2029 and all control characters are written as `\u` and four
 * digits, so that the output is safe in HTML, in JavaScript and on a terminal; lone surrogates become `\ufffd`.
 */
export function jsonText(text: string): string {
  return UNESCAPED_TEXT.test(text) ? `"${text}"` : `"${text.replace(ESCAPED_CHARACTERS, escapeCharacter)}"`
}

export const jsonTexts = (texts: readonly string[]): string => `[${texts.map(jsonText).join(',')}]`

const UNESCAPED_TEXT = /^[ !#-%'-;=?-[\]-~]*$/
const ESCAPED_CHARACTERS = /["\\<>&\p{Cc}\p{Cs}\u2028\u2029\ufffd]/gu

function escapeCharacter(character: string): string {
  switch (character) {
    case '"':
      return '\\"'
    case '\\':
      return '\\\\'
    case '\n':
      return '\\n'
    case '\r':
      return '\\r'
    case '\t':
      return '\\t'
    default:
      return `\\u${replaceLoneSurrogate(character.charCodeAt(0)).toString(16).padStart(4, '0')}`
  }
}

/** The expression matches surrogates only where their other half is missing. */
const replaceLoneSurrogate = (code: number): number => (code >= 0xd800 && code <= 0xdfff ? 0xfffd : code)

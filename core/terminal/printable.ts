// SPDX-License-Identifier: Apache-2.0

/**
 * Untrusted text must not control the terminal, nor change the direction of the output: such characters are shown as U+FFFD. Line
 * feeds stay.
 */
export const printable = (text: string): string => text.replace(CONTROLS, '\uFFFD')

/** Like `printable`, but on one line, with every such character escaped: `\n`, `\x1b`, `\u202e`. */
export const escapeControls = (text: string): string =>
  text.replace(CONTROLS_AND_LINE_FEED, character => {
    const shortEscape = SHORT_ESCAPES.get(character)
    if (shortEscape !== undefined) return shortEscape
    const code = character.charCodeAt(0)
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\0', '\\0'],
])

/** Includes direction marks, line separators other than the line feed, and lone surrogates. */
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\0-\x09\x0B-\x1F\x7F-\x9F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g
const CONTROLS_AND_LINE_FEED = new RegExp(`\\n|${CONTROLS.source}`, 'g')

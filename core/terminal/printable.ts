// SPDX-License-Identifier: Apache-2.0

/**
 * What comes from outside must not drive the terminal, nor turn what is printed around: such characters are shown as one sign of
 * their own. Line feeds stay.
 */
export const printable = (text: string): string => text.replace(CONTROLS, '\uFFFD')

/** The same on one line, with every such character written out: `\n`, `\x1b`, `\u202e`. */
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

/** Marks of direction, line ends beside the line feed, and halves of a pair of surrogates are among them. */
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\0-\x09\x0B-\x1F\x7F-\x9F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g
const CONTROLS_AND_LINE_FEED = new RegExp(`\\n|${CONTROLS.source}`, 'g')

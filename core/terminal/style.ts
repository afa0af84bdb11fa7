// SPDX-License-Identifier: Apache-2.0

/** What a piece of text is to a reader; how that looks is decided here alone. */
export type StyleName = 'head' | 'key' | 'quiet' | 'good' | 'notice' | 'warning' | 'bad' | 'alarm'

/** Marks a piece of text. A mark takes no room of its own. */
export type ApplyStyle = (text: string, name: StyleName) => string

export const unstyled: ApplyStyle = text => text

/** In the colours that the reader has chosen for their terminal: only the sixteen that every one has. */
export const ansiStyle: ApplyStyle = (text, name) => (text === '' ? '' : `\x1b[${ANSI_CODES[name]}m${text}\x1b[0m`)

const ANSI_CODES: Readonly<Record<StyleName, string>> = {
  head: '1',
  key: '36',
  quiet: '2',
  good: '32',
  notice: '36;1',
  warning: '33;1',
  bad: '31;1',
  alarm: '37;41;1',
}

// SPDX-License-Identifier: Apache-2.0

/** The meaning of a piece of text; this module alone defines the look of each. */
export type StyleName = 'head' | 'key' | 'quiet' | 'good' | 'notice' | 'warning' | 'bad' | 'alarm'

/** Applies a style to a piece of text. The style adds no width. */
export type ApplyStyle = (text: string, name: StyleName) => string

export const unstyled: ApplyStyle = text => text

/** Uses only the sixteen standard colours, so that the colour scheme of the user's terminal applies. */
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

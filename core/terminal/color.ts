// SPDX-License-Identifier: Apache-2.0
import type { Environment } from '../contract/environment.js'
import type { Screen } from '../contract/plugin.js'
import { type ApplyStyle, ansiStyle, unstyled } from './style.js'

/** The values of `-color`. */
export const COLOR_CHOICES = ['auto', 'always', 'never'] as const
export type ColorChoice = (typeof COLOR_CHOICES)[number]

/**
 * The style of text for a stream: colours on a terminal, plain text elsewhere. FORCE_COLOR (anything but empty, 0 and false)
 * enables colours everywhere and takes precedence over NO_COLOR (anything but empty), which disables them.
 */
export const styleFor = (stream: object, environment: Environment): ApplyStyle =>
  hasColor(stream, environment) ? ansiStyle : unstyled

export function hasColor(stream: object, { FORCE_COLOR: force, NO_COLOR: none, TERM: terminal }: Environment): boolean {
  if (force) return force !== '0' && force.toLowerCase() !== 'false'
  return !none && terminal !== 'dumb' && isTerminal(stream)
}

export const isTerminal = (stream: object): boolean => 'isTTY' in stream && stream.isTTY === true

/** The width is read whenever it is needed, since a window may be resized. */
export const screenOf = (stream: object, environment: Environment): Screen => ({
  isTerminal: isTerminal(stream),
  hasColor: hasColor(stream, environment),
  get columns() {
    return 'columns' in stream ? Number(stream.columns) || 0 : 0
  },
})

/** The choice on the command line takes precedence over the environment variables. */
export function withColorChoice(environment: Environment, choice: ColorChoice): Environment {
  switch (choice) {
    case 'auto':
      return environment
    case 'always':
      return { ...environment, FORCE_COLOR: '1', NO_COLOR: undefined }
    case 'never':
      return { ...environment, FORCE_COLOR: undefined, NO_COLOR: '1' }
    default:
      return choice satisfies never
  }
}

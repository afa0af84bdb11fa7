// SPDX-License-Identifier: Apache-2.0
import type { Environment } from '../contract/environment.js'
import type { Screen } from '../contract/plugin.js'
import { type ApplyStyle, ansiStyle, unstyled } from './style.js'

/** What `-color` takes. */
export const COLOR_CHOICES = ['auto', 'always', 'never'] as const
export type ColorChoice = (typeof COLOR_CHOICES)[number]

/**
 * How text for a stream is marked: in colours on a terminal, plainly elsewhere. FORCE_COLOR (anything but empty, 0 and false)
 * asks for colours everywhere, and wins over NO_COLOR (anything but empty), which asks for none.
 */
export const styleFor = (stream: object, environment: Environment): ApplyStyle =>
  hasColor(stream, environment) ? ansiStyle : unstyled

export function hasColor(stream: object, { FORCE_COLOR: force, NO_COLOR: none, TERM: terminal }: Environment): boolean {
  if (force) return force !== '0' && force.toLowerCase() !== 'false'
  return !none && terminal !== 'dumb' && isTerminal(stream)
}

export const isTerminal = (stream: object): boolean => 'isTTY' in stream && stream.isTTY === true

/** Its width is asked for whenever it is needed: a window may change. */
export const screenOf = (stream: object, environment: Environment): Screen => ({
  isTerminal: isTerminal(stream),
  hasColor: hasColor(stream, environment),
  get columns() {
    return 'columns' in stream ? Number(stream.columns) || 0 : 0
  },
})

/** Whoever asks for colours on the command line has the last word, for all that looks into the environment. */
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

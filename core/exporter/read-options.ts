// SPDX-License-Identifier: Apache-2.0
import type { Options } from '../contract/plugin.js'

/** The text of a setting without white space around it; empty where it says nothing. */
export const readText = (options: Options, key: string): string => {
  const value = options[key]
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''
}

/** The number of a setting; 0 where it says nothing. */
export const readNumber = (options: Options, key: string): number => {
  const value = options[key]
  return typeof value === 'number' ? value : 0
}

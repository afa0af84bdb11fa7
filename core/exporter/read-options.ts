// SPDX-License-Identifier: Apache-2.0
import type { Options } from '../contract/plugin.js'

/** The trimmed text of a setting; empty if it is not set. */
export const readText = (options: Options, key: string): string => {
  const value = options[key]
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''
}

/** The number of a setting; 0 if it is not set. */
export const readNumber = (options: Options, key: string): number => {
  const value = options[key]
  return typeof value === 'number' ? value : 0
}

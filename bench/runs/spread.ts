// SPDX-License-Identifier: Apache-2.0

/** Several values of one thing. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** There must be at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (place: number) => sorted[place] ?? Number.NaN
  const half = (sorted.length - 1) / 2
  return { median: (at(Math.floor(half)) + at(Math.ceil(half))) / 2, least: at(0), most: at(sorted.length - 1) }
}

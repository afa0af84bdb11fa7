// SPDX-License-Identifier: Apache-2.0

/** The spread of several measurements. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** There must be at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const valueAt = (index: number) => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return {
    median: (valueAt(Math.floor(middle)) + valueAt(Math.ceil(middle))) / 2,
    least: valueAt(0),
    most: valueAt(sorted.length - 1),
  }
}

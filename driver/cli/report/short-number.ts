// SPDX-License-Identifier: Apache-2.0

/** 1234567 → "1.23 M", for display. */
export function shortNumber(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(3)} G`
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`
  if (value >= 1e4) return `${(value / 1e3).toPrecision(3)} k`
  return value >= 10 || Number.isInteger(value) ? String(Math.round(value)) : value.toPrecision(2)
}

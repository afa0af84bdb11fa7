// SPDX-License-Identifier: Apache-2.0

import { isObject } from './objects.js'
/** The figures of a component at the end of a run: plain JSON values by name. */
export type Report = Readonly<Record<string, unknown>>

/**
 * Merges the reports of equal components that shared the work: numbers are added, objects are merged key by key. Everything else
 * (texts, lists) is taken from the last report.
 */
export const sumReports = (reports: readonly Report[]): Report => reports.reduce(addReport, {})

function addReport(sum: Report, report: Report): Report {
  const merged: Record<string, unknown> = { ...sum }
  for (const [name, value] of Object.entries(report)) {
    const previous = merged[name]
    if (typeof value === 'number') merged[name] = value + (typeof previous === 'number' ? previous : 0)
    else merged[name] = isObject(value) ? addReport(isObject(previous) ? previous : {}, value) : value
  }
  return merged
}

/** The numbers among the members of a report's value by name; none if it is no object. */
export const countsIn = (value: unknown): Readonly<Record<string, number>> =>
  isObject(value)
    ? Object.fromEntries(Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
    : {}

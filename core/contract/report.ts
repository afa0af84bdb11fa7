// SPDX-License-Identifier: Apache-2.0

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
    else merged[name] = isReport(value) ? addReport(isReport(previous) ? previous : {}, value) : value
  }
  return merged
}

/** An object that is not a list. */
export const isReport = (value: unknown): value is Report => typeof value === 'object' && value !== null && !Array.isArray(value)

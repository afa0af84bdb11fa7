// SPDX-License-Identifier: Apache-2.0

/** A part's own figures at the end of a run: plain JSON values by name. */
export type Report = Readonly<Record<string, unknown>>

/**
 * Reports of like parts that shared the work, as one: numbers are added, objects are joined key by key. Everything else
 * (texts, lists) is as the last report has it.
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

/** An object, and not a list. */
export const isReport = (value: unknown): value is Report => typeof value === 'object' && value !== null && !Array.isArray(value)

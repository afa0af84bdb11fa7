// SPDX-License-Identifier: Apache-2.0

/** A part's own figures at the end of a run: plain JSON values by name. */
export type Report = Readonly<Record<string, unknown>>

/**
 * Reports of like parts that shared the work, as one: numbers are added, objects are joined key by key. Everything else
 * (texts, lists) is as the last report has it.
 */
export const addedReports = (reports: readonly Report[]): Report => reports.reduce(added, {})

function added(sum: Report, report: Report): Report {
  const joined: Record<string, unknown> = { ...sum }
  for (const [name, value] of Object.entries(report)) {
    const before = joined[name]
    if (typeof value === 'number') joined[name] = value + (typeof before === 'number' ? before : 0)
    else joined[name] = isReport(value) ? added(isReport(before) ? before : {}, value) : value
  }
  return joined
}

const isReport = (value: unknown): value is Report => typeof value === 'object' && value !== null && !Array.isArray(value)

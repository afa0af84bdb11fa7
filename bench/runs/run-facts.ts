// SPDX-License-Identifier: Apache-2.0

/** The result of a run apart from its speed: counts by name, and the digest of its output file. Runs of one row agree in all. */
export type RunFacts = Readonly<Record<string, number | string>>

/** Parses the last line of a run's standard error: a summary as JSON, or plain counts. Throws an Error if it is neither. */
export function parseFacts(errors: string): RunFacts {
  const last = errors.trimEnd().split('\n').at(-1) ?? ''
  let summary: unknown
  try {
    summary = JSON.parse(last)
  } catch {
    throw new Error(`it printed no summary but: ${errors.slice(-400)}`)
  }
  return Object.fromEntries(readFacts(summary as PrintedSummary))
}

interface PrintedSummary {
  readonly records?: number
  readonly bytes?: number
  readonly parts?: readonly {
    readonly name: string
    readonly in?: number
    readonly out?: number
    readonly filtered?: Readonly<Record<string, number>>
    /** The key in revisions before contract 2, which `bench compare` still runs. */
    readonly taken?: number
    readonly passed?: number
    readonly used?: Readonly<Record<string, number>>
    readonly dropped: Readonly<Record<string, number>>
    readonly report: { readonly alerts?: number; readonly byRule?: Readonly<Record<string, number>> }
  }[]
}

function* readFacts({ records, bytes, parts = [] }: PrintedSummary): Generator<[string, number]> {
  if (records !== undefined) yield ['records', records]
  if (bytes !== undefined) yield ['bytes', bytes]
  for (const part of parts) {
    const { name, dropped, report } = part
    yield [`${name}: in`, part.in ?? part.taken ?? 0]
    yield [`${name}: out`, part.out ?? part.passed ?? 0]
    for (const [reason, count] of Object.entries(part.filtered ?? part.used ?? {})) yield [`${name}: ${reason}`, count]
    for (const [reason, count] of Object.entries(dropped)) yield [`${name}: dropped, ${reason}`, count]
    if (report.alerts !== undefined) yield [`${name}: alerts`, report.alerts]
    for (const [rule, count] of Object.entries(report.byRule ?? {})) yield [`${name}: rule "${rule}"`, count]
  }
}

/** The expected facts of a run on `times` repetitions, from a run on the original: counts are multiplied, output is unknown. */
export const multiplied = (readFacts: RunFacts, times: number): RunFacts =>
  Object.fromEntries(
    Object.entries(readFacts).flatMap(([name, fact]) => (typeof fact === 'number' ? [[name, fact * times]] : [])),
  )

/** The differences, one line each; `names`: only these facts are compared. */
export function differences(
  actual: RunFacts,
  expected: RunFacts,
  names: readonly string[] = namesOf(actual, expected),
): string[] {
  return names
    .filter(name => actual[name] !== expected[name])
    .map(name => `${name}: ${actual[name] ?? 'nothing'} instead of ${expected[name] ?? 'nothing'}`)
}

const namesOf = (...all: readonly RunFacts[]): string[] => [...new Set(all.flatMap(readFacts => Object.keys(readFacts)))]

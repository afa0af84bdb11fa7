// SPDX-License-Identifier: Apache-2.0
import type { Ledger } from '../core/contract/ledger.js'
import type { ExitCode } from './exit-codes.js'
import type { Pipeline } from './pipeline/build.js'

/** How a run went; printed as it is with `-summary json`. */
export interface Summary {
  readonly exit: ExitCode
  /** False: aborted, so the books are open. */
  readonly complete: boolean
  /** True: told to stop before the end of the input. */
  readonly stopped: boolean
  readonly seconds: number
  /** Records that the drivers took in. */
  readonly records: number
  readonly recordsPerSecond: number
  /** Parts in the order of the pipeline, drivers first. `taken = passed + used + dropped + held`. */
  readonly parts: readonly PartSummary[]
}

export interface PartSummary {
  readonly name: string
  readonly kind: 'driver' | 'stage'
  readonly taken: number
  readonly passed: number
  readonly held: number
  readonly used: Readonly<Record<string, number>>
  readonly dropped: Readonly<Record<string, number>>
  /** The part's own figures. */
  readonly report: Readonly<Record<string, unknown>>
}

export function summarise(
  { drivers, stages }: Pipeline,
  run: { readonly seconds: number; readonly isComplete: boolean; readonly isStopped: boolean; readonly exit: ExitCode },
): Summary {
  const records = drivers.reduce((sum, { driver }) => sum + driver.ledger.taken, 0)
  return {
    exit: run.exit,
    complete: run.isComplete,
    stopped: run.isStopped,
    seconds: Math.round(run.seconds * 1000) / 1000,
    records,
    recordsPerSecond: Math.round(records / Math.max(run.seconds, 1e-3)),
    parts: [
      ...drivers.map(({ name, driver }) => partOf(name, 'driver', driver.ledger, driver.report?.())),
      ...stages.map(({ name, stage }) => partOf(name, 'stage', stage.ledger, stage.report?.())),
    ],
  }
}

const partOf = (name: string, kind: PartSummary['kind'], ledger: Ledger, report: PartSummary['report'] = {}): PartSummary => ({
  name,
  kind,
  taken: ledger.taken,
  passed: ledger.passed,
  held: ledger.held,
  used: Object.fromEntries(ledger.used),
  dropped: Object.fromEntries(ledger.dropped),
  report,
})

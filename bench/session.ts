// SPDX-License-Identifier: Apache-2.0

import { type RatioResult, type RowResult, ratioOf, resultOf } from './results.js'
import type { MeasuredProgram } from './runs/measured-program.js'
import type { Ratio, Row } from './runs/row.js'
import { RunChecks } from './runs/run-checks.js'
import type { Sample, Sampler } from './runs/sampler.js'

export interface BenchSession {
  readonly rows: readonly Row[]
  readonly ratios: readonly Ratio[]
  readonly ours: MeasuredProgram
  readonly peer?: MeasuredProgram
  /** Counted rounds, after one warm-up round. */
  readonly runs: number
  readonly sampler: Sampler
  readonly log: (line: string) => void
}

export interface SessionResult {
  readonly rows: readonly RowResult[]
  readonly ratios: readonly RatioResult[]
  /** Differences in the results of a foreign peer. */
  readonly notes: readonly string[]
}

/**
 * Runs all rows one after the other, once per round; with two subjects, the order alternates between rounds. Throws an Error that
 * names the run if its result is wrong.
 */
export async function runSession(session: BenchSession): Promise<SessionResult> {
  const { rows, ours, peer, runs, sampler, log } = session
  const checks = new RunChecks()
  const samples = { ours: new Map<string, Sample[]>(), peer: new Map<string, Sample[]>() }
  for (const row of rows) await checks.prepare(row, sampler, ours)
  for (let round = 0; round <= runs; round++)
    for (const row of rows) {
      const timings: string[] = []
      for (const subject of alternated(ours, row.script ? undefined : peer, round)) {
        const sample = await withContext(row, subject, round, sampler.sample(row, subject))
        const faults = checks.faults(row, subject, sample)
        if (faults.length > 0) throw new Error(`${runLabel(row, subject, round)}: ${faults.join('; ')}`)
        timings.push(`${subject.name} ${sample.run.seconds.toFixed(2)} s`)
        if (round > 0) push(subject === ours ? samples.ours : samples.peer, row.id, sample)
      }
      log(`${round === 0 ? 'warm-up' : `round ${round}`}  ${row.id}: ${timings.join(', ')}`)
    }
  return {
    rows: rows.map(row => resultOf(row, samples.ours.get(row.id) ?? [], samples.peer.get(row.id) ?? [], checks.factsOf(row))),
    notes: [...checks.outputDifferences],
    ratios: session.ratios.flatMap(ratio => ratioOf(ratio, samples.ours) ?? []),
  }
}

function alternated(ours: MeasuredProgram, peer: MeasuredProgram | undefined, round: number): readonly MeasuredProgram[] {
  if (!peer) return [ours]
  return round % 2 === 0 ? [ours, peer] : [peer, ours]
}

const runLabel = (row: Row, subject: MeasuredProgram, round: number): string =>
  `run "${row.id}" of ${subject.name}, round ${round}`

async function withContext(row: Row, subject: MeasuredProgram, round: number, sample: Promise<Sample>): Promise<Sample> {
  try {
    return await sample
  } catch (error) {
    throw new Error(runLabel(row, subject, round), { cause: error })
  }
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

// SPDX-License-Identifier: Apache-2.0

import { type RatioResult, type Result, ratioOf, resultOf } from './results.js'
import { Checks } from './runs/check.js'
import type { Ratio, Row } from './runs/row.js'
import type { Sample, Sampler } from './runs/sampler.js'
import type { Subject } from './runs/subject.js'

export interface Session {
  readonly rows: readonly Row[]
  readonly ratios: readonly Ratio[]
  readonly ours: Subject
  readonly peer?: Subject
  /** Counted rounds, behind one that warms up. */
  readonly runs: number
  readonly sampler: Sampler
  readonly tell: (line: string) => void
}

export interface Outcome {
  readonly rows: readonly Result[]
  readonly ratios: readonly RatioResult[]
  /** Where a foreign peer did something else. */
  readonly notes: readonly string[]
}

/**
 * Runs all rows, one after the other, and that again for each round; of two subjects the other one begins in every second round.
 * Throws an Error that names the run if one does anything else than it should.
 */
export async function runAll(session: Session): Promise<Outcome> {
  const { rows, ours, peer, runs, sampler, tell } = session
  const checks = new Checks()
  const counted = { ours: new Map<string, Sample[]>(), peer: new Map<string, Sample[]>() }
  for (const row of rows) await checks.expect(row, sampler, ours)
  for (let round = 0; round <= runs; round++)
    for (const row of rows) {
      const told: string[] = []
      for (const subject of inTurn(ours, row.script ? undefined : peer, round)) {
        const sample = await named(row, subject, round, sampler.sample(row, subject))
        const faults = checks.faults(row, subject, sample)
        if (faults.length > 0) throw new Error(`${where(row, subject, round)}: ${faults.join('; ')}`)
        told.push(`${subject.name} ${sample.run.seconds.toFixed(2)} s`)
        if (round > 0) push(subject === ours ? counted.ours : counted.peer, row.id, sample)
      }
      tell(`${round === 0 ? 'warm-up' : `round ${round}`}  ${row.id}: ${told.join(', ')}`)
    }
  return {
    rows: rows.map(row => resultOf(row, counted.ours.get(row.id) ?? [], counted.peer.get(row.id) ?? [], checks.factsOf(row))),
    notes: [...checks.strangers],
    ratios: session.ratios.flatMap(ratio => ratioOf(ratio, counted.ours) ?? []),
  }
}

function inTurn(ours: Subject, peer: Subject | undefined, round: number): readonly Subject[] {
  if (!peer) return [ours]
  return round % 2 === 0 ? [ours, peer] : [peer, ours]
}

const where = (row: Row, subject: Subject, round: number): string => `run "${row.id}" of ${subject.name}, round ${round}`

async function named(row: Row, subject: Subject, round: number, sample: Promise<Sample>): Promise<Sample> {
  try {
    return await sample
  } catch (error) {
    throw new Error(where(row, subject, round), { cause: error })
  }
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

// SPDX-License-Identifier: Apache-2.0

import type { MeasuredProgram } from './measured-program.js'
import type { Row } from './row.js'
import { differences, multiplied, type RunFacts } from './run-facts.js'
import type { Sample, Sampler } from './sampler.js'

/** Holds every run to what the row's first run did, and to what its input lets expect. */
export class RunChecks {
  readonly #first = new Map<string, RunFacts>()
  /** Where a program that gives no summary, so is no build of ours, writes something else: that is told, not refused. */
  readonly outputDifferences = new Set<string>()
  readonly #expected = new Map<string, RunFacts>()

  /** Finds out what the runs of a row must count, by a run over the original that its input repeats. */
  async prepare(row: Row, sampler: Sampler, subject: MeasuredProgram): Promise<void> {
    if (!row.input) return
    const { records, repeats } = row.input
    const counts =
      repeats && !row.script ? multiplied((await sampler.sample(row, subject, repeats.trace)).facts, repeats.times) : {}
    // Longer numbers are printed for later repetitions.
    const { 'output bytes': _, ...expected }: RunFacts = { ...counts, records }
    this.#expected.set(row.id, expected)
  }

  /** What is wrong with a run; nothing if it did what it should. */
  faults(row: Row, subject: MeasuredProgram, { facts }: Sample): string[] {
    const first = this.#first.get(row.id)
    if (first && !subject.hasSummary) {
      if (differences(facts, first, Object.keys(facts)).length > 0)
        this.outputDifferences.add(`${subject.name} writes something else: ${row.name}`)
      return []
    }
    if (first) return differences(facts, first).map(line => `${line} in the first run`)
    this.#first.set(row.id, facts)
    const expected = this.#expected.get(row.id)
    const problems = expected ? differences(facts, expected, Object.keys(expected)).map(line => `${line} as expected`) : []
    const other = row.sameOutputAs === undefined ? undefined : this.#first.get(row.sameOutputAs)
    if (other) problems.push(...differences(facts, other, ['output sha256']).map(line => `${line} of ${row.sameOutputAs}`))
    return problems
  }

  factsOf(row: Row): RunFacts {
    return this.#first.get(row.id) ?? {}
  }
}

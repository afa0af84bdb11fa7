// SPDX-License-Identifier: Apache-2.0

import type { MeasuredProgram } from './measured-program.js'
import type { Row } from './row.js'
import { differences, multiplied, type RunFacts } from './run-facts.js'
import type { Sample, Sampler } from './sampler.js'

/** Compares every run with the first run of its row and with the counts that its input implies. */
export class RunChecks {
  readonly #first = new Map<string, RunFacts>()
  /** Output differences of a program without a summary, which is not a build of the product: reported, but no error. */
  readonly outputDifferences = new Set<string>()
  readonly #expected = new Map<string, RunFacts>()

  /** Determines the counts that the runs of a row must have, by a run on the original that its input repeats. */
  async prepare(row: Row, sampler: Sampler, subject: MeasuredProgram): Promise<void> {
    if (!row.input) return
    const { records, repeats } = row.input
    const counts =
      repeats && !row.script ? multiplied((await sampler.sample(row, subject, repeats.trace)).facts, repeats.times) : {}
    // Later repetitions contain longer numbers.
    const { 'output bytes': _, ...expected }: RunFacts = { ...counts, records }
    this.#expected.set(row.id, expected)
  }

  /** The errors of a run; empty if it is correct. */
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

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Epoch } from './criteria/epoch.js'
import type { RowTest } from './criteria/row-test.js'

/** Milliseconds since an arbitrary moment. */
export type MillisecondClock = () => number

/** One row in this number is measured. It is prime, so that sampling does not coincide with a period of the input. */
export const ROWS_PER_SAMPLE = 197

/**
 * The cost of each rule, estimated from a sample of the rows. In a sampled row, every test that the plan runs is run again
 * separately with a clock. So the cost of a shared test is counted for each rule that shares it, whichever rule needs it first.
 * Cached results cost nothing and are not counted. The literal search is not counted either, because it serves all rules at once.
 */
export class CostMeter {
  /** Index of the next sampled row, relative to the start of the next batch. */
  nextSampleRow = 0
  readonly #clock: MillisecondClock
  readonly #epoch: () => Epoch
  readonly #clockOverhead: number
  readonly #evaluations: Float64Array
  readonly #milliseconds: Float64Array
  /** By rule index: the last sample in which the rule was evaluated. */
  readonly #lastSample: Float64Array
  #sample = 0

  constructor(ruleIndexes: number, epoch: () => Epoch, clock: MillisecondClock) {
    this.#clock = clock
    this.#epoch = epoch
    this.#clockOverhead = measureClockOverhead(clock)
    this.#evaluations = new Float64Array(ruleIndexes)
    this.#milliseconds = new Float64Array(ruleIndexes)
    this.#lastSample = new Float64Array(ruleIndexes)
  }

  /** Starts a sample. Returns the distance to the next one in rows. */
  beginSample(): number {
    this.#sample++
    return ROWS_PER_SAMPLE
  }

  /** Runs a test that the plan needed on a row for some rules, and adds its time to each of these rules. */
  measure<B extends Batch>(test: RowTest<B>, batch: B, row: number, ruleIndexes: Iterable<number>): void {
    // The shorter of two runs: a pause of the garbage collector in one run would be multiplied by the scaling.
    const elapsed = Math.max(0, Math.min(this.#timeOf(test, batch, row), this.#timeOf(test, batch, row)) - this.#clockOverhead)
    for (const ruleIndex of ruleIndexes) {
      this.#milliseconds[ruleIndex]! += elapsed
      if (this.#lastSample[ruleIndex] === this.#sample) continue
      this.#lastSample[ruleIndex] = this.#sample
      this.#evaluations[ruleIndex]!++
    }
  }

  #timeOf<B extends Batch>(test: RowTest<B>, batch: B, row: number): number {
    this.#epoch().current++
    const before = this.#clock()
    test(batch, row)
    return this.#clock() - before
  }

  /** Rows on which the rule was tested, in whole or in part, scaled up to all rows. */
  evaluationsOf(ruleIndex: number): number {
    return (this.#evaluations[ruleIndex] ?? 0) * ROWS_PER_SAMPLE
  }

  /** Seconds, scaled up to all rows. */
  secondsOf(ruleIndex: number): number {
    return ((this.#milliseconds[ruleIndex] ?? 0) * ROWS_PER_SAMPLE) / 1000
  }
}

/** The time that reading the clock takes: the median of some tries. */
function measureClockOverhead(clock: MillisecondClock): number {
  const tries = Array.from({ length: TRIES }, () => {
    const before = clock()
    return clock() - before
  })
  return tries.sort((a, b) => a - b)[TRIES >> 1] ?? 0
}

const TRIES = 201

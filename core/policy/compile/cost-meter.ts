// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Epoch } from './criteria/epoch.js'
import type { RowTest } from './criteria/row-test.js'

/** Milliseconds since some moment. */
export type MillisecondClock = () => number

/** One row of so many is measured; a prime, so that it does not fall in step with input that repeats itself. */
export const ROWS_PER_SAMPLE = 197

/**
 * What each rule costs, worked out from a sample of the rows. In a sampled row every test that the plan runs is run again by
 * itself, with a clock beside it, so that what rules share is counted for each of them, whichever comes first.
 * What a plan knows from before costs nothing and is not counted; nor is the search for literals, which serves all rules at once.
 */
export class CostMeter {
  /** Place of the next row to be measured, seen from the beginning of the next batch. */
  nextSampleRow = 0
  readonly #clock: MillisecondClock
  readonly #epoch: () => Epoch
  readonly #clockOverhead: number
  readonly #evaluations: Float64Array
  readonly #milliseconds: Float64Array
  /** By place of the rule: the last sample in which it was evaluated. */
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

  /** Begins a sample; gives the distance to the next one. */
  beginSample(): number {
    this.#sample++
    return ROWS_PER_SAMPLE
  }

  /** Runs a test that the plan needed on a row for the sake of some rules, and counts what it takes for each of them. */
  measure<B extends Batch>(test: RowTest<B>, batch: B, row: number, ruleIndexes: Iterable<number>): void {
    // The shorter of two runs: a pause of the collector in one of them would be counted many times over.
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

  /** Rows in which the rule had to be tested, in whole or in part, scaled up to all rows. */
  evaluationsOf(ruleIndex: number): number {
    return (this.#evaluations[ruleIndex] ?? 0) * ROWS_PER_SAMPLE
  }

  /** Scaled up to all rows. */
  secondsOf(ruleIndex: number): number {
    return ((this.#milliseconds[ruleIndex] ?? 0) * ROWS_PER_SAMPLE) / 1000
  }
}

/** What reading the clock takes by itself: the middle one of some tries. */
function measureClockOverhead(clock: MillisecondClock): number {
  const tries = Array.from({ length: TRIES }, () => {
    const before = clock()
    return clock() - before
  })
  return tries.sort((a, b) => a - b)[TRIES >> 1] ?? 0
}

const TRIES = 201

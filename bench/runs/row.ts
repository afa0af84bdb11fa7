// SPDX-License-Identifier: Apache-2.0
import type { BenchInput } from '../inputs/repeated-trace.js'
import type { PerformanceTarget } from './performance-target.js'

/** One line of the table: a run of the program, always done in the same way. */
export interface Row {
  /** Short name, for choosing rows and for results. */
  readonly id: string
  readonly name: string
  readonly input?: BenchInput
  /** Settings of the two stages behind the reader; without them the program gets `args` alone. */
  readonly engine?: object
  readonly exporter?: object
  /** The exporter writes a file; its digest is one of the facts of the run. */
  readonly hasOutput?: boolean
  /** Further options of the program. */
  readonly args?: readonly string[]
  /** A script beside the program (under bench/) that runs instead of it, with its arguments; it has no peer. */
  readonly script?: readonly string[]
  /** With a cache folder that was empty before; otherwise earlier runs have filled it. */
  readonly isFirstStart?: boolean
  /** Row whose output this one's must equal. */
  readonly sameOutputAs?: string
  readonly target?: PerformanceTarget
}

/** A figure made from the runs of several rows in one round, so that what disturbs the machine disturbs both sides of it. */
export interface Ratio {
  readonly name: string
  /** Rows that it needs. */
  readonly of: readonly string[]
  readonly value: (figures: (row: string) => RunFigures) => number
  /** Of a difference; a ratio has none. */
  readonly unit?: string
  readonly target?: PerformanceTarget
}

export interface RunFigures {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakMegabytes: number
}

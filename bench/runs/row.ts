// SPDX-License-Identifier: Apache-2.0
import type { BenchInput } from '../inputs/repeated-trace.js'
import type { PerformanceTarget } from './performance-target.js'

/** One line of the table: a run of the program with fixed settings. */
export interface Row {
  /** Short name, for selecting rows and for results. */
  readonly id: string
  readonly name: string
  readonly input?: BenchInput
  /** Settings of the two stages after the reader; without them the program gets only `args`. */
  readonly engine?: object
  readonly exporter?: object
  /** The exporter writes a file; its digest is one of the facts of the run. */
  readonly hasOutput?: boolean
  /** Further options of the program. */
  readonly args?: readonly string[]
  /** A script of the bench (under bench/) that runs instead of the program, with its arguments; it has no peer. */
  readonly script?: readonly string[]
  /** The cache folder is empty; otherwise earlier runs have filled it. */
  readonly isFirstStart?: boolean
  /** Row whose output must be equal. */
  readonly sameOutputAs?: string
  readonly target?: PerformanceTarget
}

/** A figure from the runs of several rows in one round, so that disturbances of the machine affect both sides. */
export interface Ratio {
  readonly name: string
  /** Required rows. */
  readonly of: readonly string[]
  readonly value: (figures: (row: string) => RunFigures) => number
  /** The unit of a difference; a ratio has none. */
  readonly unit?: string
  readonly target?: PerformanceTarget
}

export interface RunFigures {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakMegabytes: number
}

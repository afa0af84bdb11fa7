// SPDX-License-Identifier: Apache-2.0
import type { Batch } from './batch.js'
import type { RecordView } from './record-view.js'

/** What the pipeline passes to a component that it creates. */
export interface Host {
  readonly log: Logger
  /** The name of the stage in `pipeline.json`: its `name`, or its processor. */
  readonly stage: string
  /** Base directory of relative paths in options. */
  readonly directory: string
  /** Channel types of the input and the output, as wired. */
  readonly inputType: string | undefined
  readonly outputType: string | undefined
  readonly disabledOptimizations: DisabledOptimizations
  /** True if another thread runs the same stage with the same options and reports warnings about them. */
  readonly isSecondaryWorker?: boolean
  /** Registers a listener that runs on every reload request. The result unregisters the listener. */
  readonly onReload?: ((listener: () => void) => () => void) | undefined
  /** With -perflog: the component measures the cost of its rules, encoders and so on, if it can. */
  readonly perflog?: boolean
  /**
   * The records `from` (inclusive) to `to` (exclusive) of a batch of the input type. Throws a fault if the type has no adapter.
   */
  records(batch: Batch, from?: number, to?: number): Iterable<RecordView>
  /** Reports a fault that did not stop the run. The exit status becomes 1 if the fault lost data. */
  reportFault(fault: Error, lostData: boolean): void
}

/** Diagnostics only. Records and alerts never pass through the logger. */
export interface Logger {
  trace(text: string): void
  info(text: string): void
  warn(text: string): void
  error(text: string): void
  /** Status messages for operators: connections, health checks. */
  health(text: string): void
}

export const silentLogger: Logger = { trace() {}, info() {}, warn() {}, error() {}, health() {} }

/**
 * Optimisations: parts that make the program faster and change nothing else. `-disable` switches each of them off. Tests compare
 * runs with and without one, and an operator who doubts a result can do the same.
 */
export const OPTIMIZATIONS = {
  'inflate-ahead': 'Decompress blocks on other threads while earlier blocks are decoded.',
  interning: 'Share one object for equal strings and equal file names.',
  'batch-pool': 'Reuse batches after their last release.',
  profiles: 'Cache rule results for each process and file.',
  'group-designs': 'Compile a specialized rule plan for each kind of record.',
  'merged-criteria': 'Merge adjacent comparisons of one attribute into one comparison with a list.',
  'literal-index': 'Search for many literals at once.',
  fragments: 'Cache encoded parts of a record with their process, file or header.',
  'write-ahead': 'Encode records while other records are written.',
  'policy-cache': 'Cache parsed policies in a directory of the user.',
} as const

export type Optimization = keyof typeof OPTIMIZATIONS

/** The optimisations that are switched off. */
export type DisabledOptimizations = ReadonlySet<Optimization>

export const NONE_DISABLED: DisabledOptimizations = new Set()
export const ALL_DISABLED: DisabledOptimizations = new Set(Object.keys(OPTIMIZATIONS) as Optimization[])

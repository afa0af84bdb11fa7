// SPDX-License-Identifier: Apache-2.0
import type { Batch } from './batch.js'
import type { RecordView } from './record-view.js'

/** What the pipeline gives to a component when it makes it. */
export interface Host {
  readonly log: Logger
  /** `pipeline.json`'s name of the stage: its `name`, or its processor. */
  readonly stage: string
  /** Directory that relative paths in settings start from. */
  readonly directory: string
  /** Channel types on either side, as wired. */
  readonly inputType: string | undefined
  readonly outputType: string | undefined
  readonly disabledOptimizations: DisabledOptimizations
  /** Another thread runs the same stage with the same settings, and says what is to be said of these. */
  readonly isSecondaryWorker?: boolean
  /** `listener` runs whenever the program is asked to read its files again, until what this returns is called. */
  readonly onReload?: ((listener: () => void) => () => void) | undefined
  /** With -perflog: measures what its rules, encoders and the like cost, if it can. */
  readonly perflog?: boolean
  /** The records `from` (inclusive) to `to` (exclusive) of a batch of the input's type. Throws a fault if no source is known for it. */
  records(batch: Batch, from?: number, to?: number): Iterable<RecordView>
  /** Reports a fault that did not stop the run; it makes the exit status 1 if it lost data. */
  reportFault(fault: Error, lostData: boolean): void
}

/** Diagnostics only; records and alerts never pass through here. */
export interface Logger {
  trace(text: string): void
  info(text: string): void
  warn(text: string): void
  error(text: string): void
  /** Signs of life that an operator watches for: connections, health checks. */
  health(text: string): void
}

export const silentLogger: Logger = { trace() {}, info() {}, warn() {}, error() {}, health() {} }

/**
 * Parts that make the program faster and change nothing else. Each can be switched off (`-disable`): tests compare runs with
 * and without it, and an operator who mistrusts a result can do the same.
 */
export const OPTIMIZATIONS = {
  'inflate-ahead': 'Blocks are unpacked on other threads while earlier ones are decoded.',
  interning: 'Equal texts, and equal names of files, are one object.',
  'batch-pool': 'Batches are used again once everybody has released them.',
  profiles: 'What rules say of a process or file is kept with it.',
  'group-designs': 'Rules are arranged anew for each kind of record.',
  'merged-criteria': 'Comparisons of one attribute next to each other become one with a list.',
  'literal-index': 'Many literals are searched for at once rather than one after the other.',
  fragments: 'Encoded parts of a record are kept with the process, file or header that they describe.',
  'write-ahead': 'Records are encoded while others are being written.',
  'policy-cache': 'Policies that were read before are found again in a folder of the user.',
} as const

export type Optimization = keyof typeof OPTIMIZATIONS

/** The optimisations that are switched off. */
export type DisabledOptimizations = ReadonlySet<Optimization>

export const NONE_DISABLED: DisabledOptimizations = new Set()
export const ALL_DISABLED: DisabledOptimizations = new Set(Object.keys(OPTIMIZATIONS) as Optimization[])

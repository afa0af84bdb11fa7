// SPDX-License-Identifier: Apache-2.0
import type { DisabledOptimizations } from '../../core/contract/host.js'
import type { Screen } from '../../core/contract/plugin.js'
import type { LogFormat, Threshold } from '../process/log-levels.js'
import type { LogFile } from '../process/rotated-file.js'
import type { EndpointAddress } from './endpoint-address.js'

export const SUMMARY_FORMATS = ['text', 'json', 'none'] as const

/** The settings of a run; `config` uses them too. */
export interface RunSettings {
  /** `-config`; default: `pipeline.json` in the current folder, else the shipped pipeline file. */
  readonly config: string | undefined
  readonly driver: string | undefined
  readonly driverDirectory: string | undefined
  readonly pluginDirectory: string | undefined
  readonly handlerDirectory: string | undefined
  readonly actionDirectory: string | undefined
  readonly log: Threshold
  readonly perflog: boolean
  readonly test: boolean
  readonly quiet: boolean
  readonly summary: (typeof SUMMARY_FORMATS)[number]
  readonly cpuProfile: string | undefined
  readonly memoryProfile: string | undefined
  readonly traceProfile: string | undefined
  /** Disabled optimizations. */
  readonly disabledOptimizations: DisabledOptimizations
  /** Threads that read traces. */
  readonly workers: number | 'auto'
  /** Maximum seconds for draining after a signal. */
  readonly drainSeconds: number
  /** Address of the admin endpoint; overrides the pipeline file and the environment. */
  readonly admin: EndpointAddress | undefined
  readonly logFormat: LogFormat
  /** A log file in addition to standard error. */
  readonly logFile: LogFile | undefined
  /** Format of the output on standard output; overrides the pipeline file. */
  readonly format: string | undefined
  /** The terminal on standard output; absent: standard output is not a terminal. */
  readonly screen?: Screen
  /** Warnings about options that have no effect. */
  readonly warnings: readonly string[]
  readonly paths: readonly string[]
}

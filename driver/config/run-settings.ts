// SPDX-License-Identifier: Apache-2.0
import type { DisabledOptimizations } from '../../core/contract/host.js'
import type { Screen } from '../../core/contract/plugin.js'
import type { LogFormat, Threshold } from '../process/log-levels.js'
import type { LogFile } from '../process/rotated-file.js'
import type { EndpointAddress } from './endpoint-address.js'

export const SUMMARY_FORMATS = ['text', 'json', 'none'] as const

/** How to run a pipeline; also what `config` needs to know. */
export interface RunSettings {
  /** `-config`; without it `pipeline.json` here, else the one that is shipped. */
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
  /** Optimisations that are switched off. */
  readonly disabledOptimizations: DisabledOptimizations
  /** Threads that read traces. */
  readonly workers: number | 'auto'
  /** Seconds that draining may take after a signal. */
  readonly drainSeconds: number
  /** Where the endpoint is to listen; beats the pipeline file and the environment. */
  readonly admin: EndpointAddress | undefined
  readonly logFormat: LogFormat
  /** Where the log goes beside standard error. */
  readonly logFile: LogFile | undefined
  /** Form of what goes to standard output, whatever the pipeline file says. */
  readonly format: string | undefined
  /** What standard output is; absent: something that nobody looks at. */
  readonly screen?: Screen
  /** What is odd about the options and changes nothing. */
  readonly warnings: readonly string[]
  readonly paths: readonly string[]
}

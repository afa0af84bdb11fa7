// SPDX-License-Identifier: Apache-2.0
import type { Report } from './report.js'
import type { Driver, Host, Stage } from './stage.js'

/** JSON Schema (draft 07) of a component's settings: validated by ajv, printed by the docs, read by environment overrides. */
export interface OptionsSchema {
  readonly type: 'object'
  readonly additionalProperties: false
  readonly required?: readonly string[]
  readonly properties: Readonly<Record<string, OptionSchema>>
  readonly examples?: readonly object[]
}

export interface OptionSchema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array'
  readonly description: string
  readonly enum?: readonly (string | number)[]
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly items?: { readonly type: 'string' }
  /** A file or folder that is read. A relative path is looked for in the current directory, then beside the pipeline file. */
  readonly path?: true
  /** Shown masked. */
  readonly secret?: true
  /** Older spellings of the key; the new key wins. */
  readonly formerly?: readonly string[]
  /** Values of older releases and what they are called today; null: without meaning now, so the key is left out with a warning. */
  readonly oldValues?: Readonly<Record<string, string | null>>
}

/** A setting's value after validation. */
export type Options = Readonly<Record<string, unknown>>

interface Kind {
  readonly name: string
  /** Version of these contracts that the component was written for. */
  readonly contract: 1
  readonly summary: string
  readonly options: OptionsSchema
}

export interface ProcessorPlugin extends Kind {
  readonly kind: 'processor'
  /** Channel types it reads; every input of a stage has the same type. */
  readonly accepts: readonly string[]
  /** Channel types it writes, empty for a last stage. */
  readonly offers: readonly string[]
  /**
   * Its stages keep nothing from one trace to the next that shows in what they send, and `run` may be called again, for the
   * next trace, once it has resolved. Traces can then be shared out among threads, each with a stage of its own.
   */
  readonly perTrace?: true
  /**
   * How the reports of such stages become one, where adding numbers (`addedReports`) does not do. The last is that of the
   * stage that had the last trace.
   */
  mergeReports?(reports: readonly Report[]): Report
  /** Throws a fault (core/errors) if the options cannot work together. */
  create(options: Options, host: Host): Stage
}

export interface DriverPlugin extends Kind {
  readonly kind: 'driver'
  readonly offers: readonly string[]
  /** False for a driver that reads from elsewhere than the paths of the command line. */
  readonly needsPath?: false
  /** `paths`: the positional arguments, or the section's `path`. */
  create(options: Options, paths: readonly string[], host: Host): Driver
}

export type Plugin = ProcessorPlugin | DriverPlugin

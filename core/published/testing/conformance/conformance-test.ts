// SPDX-License-Identifier: Apache-2.0

import { AssertionError } from 'node:assert'
import type { Batch } from '../../../contract/batch.js'
import { ANY_CHANNEL, type Options, type Plugin, type PluginKind, type PluginOf } from '../../../contract/plugin.js'
import { DeadlineError, withDeadline } from '../../../errors/with-deadline.js'
import { batchesOf, type TestRecords } from '../batches.js'
import { type TestHost, type TestHostOptions, testHost } from '../host.js'
import { settingsOf } from '../settings.js'

/** What every plugin of a kind must hold to. */
export interface ConformanceTest<K extends PluginKind = PluginKind> {
  /** A sentence that is true of a good plugin. */
  readonly name: string
  /** What breaks if it is not kept. */
  readonly rationale: string
  /** It is about what becomes of records when the plugin is stopped. */
  readonly isDrainTest?: true
  /** Rejects with a {@link ContractViolation} if the plugin breaks it; resolves to the reason if the law does not apply. */
  check(subject: PluginUnderTest<PluginOf<K>>): Promise<string | undefined> | string | undefined
}

/** What a plugin is tested with. `folder` is a new one for each law, removed after it; relative paths start there. */
export interface ConformanceSetup {
  readonly options?: Options | ((folder: string) => Options)
  /** Records for processors, handlers, actions and encoders of the channel types that are built in. */
  readonly records?: TestRecords
  /** Channel types that it is tried with, where the options allow only some of those that it accepts. */
  readonly accepts?: readonly string[]
  /** New batches with each call, for other channel types. */
  readonly input?: (channelType: string) => Iterable<Batch>
  /** For a driver: what stands on the command line. */
  readonly paths?: readonly string[] | ((folder: string) => readonly string[])
  /** For an action: what stands behind the colon of `NAME:ARGUMENT`. */
  readonly argument?: string
  /** For a transport: the records that have arrived at its target, in order. */
  readonly readDelivered?: (folder: string, host: TestHost) => readonly string[] | Promise<readonly string[]>
  /** Milliseconds within which a plugin must do what it is to do soon (default: 10000). */
  readonly timeout?: number
}

export class ContractViolation extends AssertionError {
  constructor(
    conformanceTest: Pick<ConformanceTest, 'name' | 'rationale'>,
    plugin: Pick<Plugin, 'kind' | 'name'>,
    what: string,
    cause?: unknown,
  ) {
    super({
      message: `${plugin.kind} "${plugin.name}" breaks the law "${conformanceTest.name}": ${what}. ${conformanceTest.rationale}`,
    })
    if (cause !== undefined) this.cause = cause
  }
}

/** A plugin before a law. */
export class PluginUnderTest<P extends Plugin = Plugin> {
  readonly plugin: P
  readonly setup: ConformanceSetup
  readonly folder: string

  constructor(plugin: P, setup: ConformanceSetup, folder: string) {
    this.plugin = plugin
    this.setup = setup
    this.folder = folder
  }

  get options(): Options {
    const { options = {} } = this.setup
    return settingsOf(this.plugin, typeof options === 'function' ? options(this.folder) : options)
  }

  get paths(): readonly string[] {
    const { paths = [] } = this.setup
    return typeof paths === 'function' ? paths(this.folder) : paths
  }

  host(more: TestHostOptions = {}): TestHost {
    return testHost({ plugin: this.plugin, directory: this.folder, ...more })
  }

  /** The channel types of which there are records, out of what the plugin accepts. */
  testableTypes(accepted: readonly string[]): readonly string[] {
    const { accepts, input } = this.setup
    if (accepts) return accepts
    return input ? accepted : BUILT_IN_TYPES.filter(type => accepted.includes(type) || accepted.includes(ANY_CHANNEL))
  }

  /** New batches of at most so many records. */
  async batches(channelType: string, rows?: number): Promise<Batch[]> {
    const { input, records = {} } = this.setup
    const supplied = input ? [...input(channelType)] : []
    return supplied.length > 0 ? supplied : batchesOf(channelType, { ...records, ...(rows !== undefined && { batchSize: rows }) })
  }

  /** Fails if the promise does not settle soon. */
  async beforeTimeout<T>(promise: Promise<T> | T, what: string): Promise<T> {
    const { timeout = 10_000 } = this.setup
    try {
      return await withDeadline(promise, timeout)
    } catch (error) {
      throw error instanceof DeadlineError ? new Error(`${what} took more than ${timeout} ms`) : error
    }
  }
}

const BUILT_IN_TYPES = ['sysflowchan', 'flattenerchan', 'eventchan', 'otelchan']

/** Fails with this sentence if it is not so. */
export function ensure(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

/** "3 records", "1 record". */
export const withUnit = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

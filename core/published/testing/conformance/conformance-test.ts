// SPDX-License-Identifier: Apache-2.0

import { AssertionError } from 'node:assert'
import type { Batch } from '../../../contract/batch.js'
import { ANY_CHANNEL, type Options, type Plugin, type PluginKind, type PluginOf } from '../../../contract/plugin.js'
import type { RecordAdapter } from '../../../contract/record-adapter.js'
import type { SampleOptions } from '../../../contract/sample-records.js'
import { DeadlineError, withDeadline } from '../../../errors/with-deadline.js'
import { type TestHost, type TestHostOptions, testHost } from '../host.js'
import type { RecordSelection, SampleCatalog } from '../sample-catalog.js'
import { settingsOf } from '../settings.js'
import { CollectingSender } from '../sink.js'

/** One requirement of the plugin contract, and how to check it. */
export interface ConformanceTest<K extends PluginKind = PluginKind> {
  /** A sentence that is true of a plugin that meets the requirement. */
  readonly name: string
  /** Why the requirement exists: what breaks without it. */
  readonly rationale: string
  /** The requirement concerns draining: what happens to records when the plugin is stopped. */
  readonly isDrainTest?: true
  /** Rejects if the plugin violates the contract. Resolves to the reason if the test does not apply, else to nothing. */
  check(subject: PluginUnderTest<PluginOf<K>>): Promise<string | undefined> | string | undefined
}

/** What a plugin is tested with. Each test has a new `folder`, which is removed afterwards; relative paths start there. */
export interface SuiteSetup<O extends SampleOptions = SampleOptions> {
  readonly options?: Options | ((folder: string) => Options)
  /** Sample records for processors, handlers, actions and encoders. */
  readonly records?: RecordSelection<O>
  /** Channel types to test with; default: all that the plugin accepts and that have records. */
  readonly accepts?: readonly string[]
  /** New batches with each call, for channel types without sample records. */
  readonly input?: (channelType: string) => Iterable<Batch>
  /** For a driver: the paths of the command line. */
  readonly paths?: readonly string[] | ((folder: string) => readonly string[])
  /** For an action: ARGUMENT of `NAME:ARGUMENT`. */
  readonly argument?: string
  /** For a transport: the records that arrived at the target, in order. */
  readonly readDelivered?: (folder: string, host: TestHost) => readonly string[] | Promise<readonly string[]>
  /** Time limit of each step that must end soon, in milliseconds (default: 10000). */
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
      message: `${plugin.kind} "${plugin.name}" violates the contract "${conformanceTest.name}": ${what}. ${conformanceTest.rationale}`,
    })
    if (cause !== undefined) this.cause = cause
  }
}

/** The plugin that a conformance test checks, with what the test needs to run it. */
export class PluginUnderTest<P extends Plugin = Plugin> {
  readonly plugin: P
  readonly setup: SuiteSetup
  readonly folder: string
  readonly samples: SampleCatalog

  constructor(plugin: P, setup: SuiteSetup, folder: string, samples: SampleCatalog) {
    this.plugin = plugin
    this.setup = setup
    this.folder = folder
    this.samples = samples
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
    return testHost(this.samples, { plugin: this.plugin, directory: this.folder, ...more })
  }

  adapterFor(type: string | undefined): RecordAdapter<Batch> | undefined {
    return this.samples.adapterFor(type, this.plugin)
  }

  /** A channel of this type that collects what the plugin sends. */
  sink(channelType: string | undefined): CollectingSender {
    return new CollectingSender(this.adapterFor(channelType))
  }

  /** Those of the accepted channel types of which there are records. */
  testableTypes(accepted: readonly string[]): readonly string[] {
    const { accepts, input } = this.setup
    if (accepts) return accepts
    if (input) return accepted
    return this.samples.channelTypes.filter(type => accepted.includes(type) || accepted.includes(ANY_CHANNEL))
  }

  /** New batches; `rows`: the largest number of records in one. */
  async batches(channelType: string, rows?: number): Promise<Batch[]> {
    const { input, records = {} } = this.setup
    const supplied = input ? [...input(channelType)] : []
    if (supplied.length > 0) return supplied
    return this.samples.batchesOf(channelType, { ...records, ...(rows !== undefined && { batchSize: rows }) })
  }

  /** Rejects if the promise does not settle within the time limit. */
  async beforeTimeout<T>(promise: Promise<T> | T, what: string): Promise<T> {
    const { timeout = 10_000 } = this.setup
    try {
      return await withDeadline(promise, timeout)
    } catch (error) {
      throw error instanceof DeadlineError ? new Error(`${what} took more than ${timeout} ms`) : error
    }
  }
}

/** Throws an error with this message unless the condition is true. */
export function ensure(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

/** "3 records", "1 record". */
export const withUnit = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

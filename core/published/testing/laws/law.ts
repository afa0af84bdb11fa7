// SPDX-License-Identifier: Apache-2.0
import { AssertionError } from 'node:assert'
import type { Batch } from '../../../contract/batch.js'
import { ANY_CHANNEL, type Options, type Plugin, type PluginKind, type PluginOf } from '../../../contract/plugin.js'
import { batchesOf, type Given } from '../batches.js'
import { type Surroundings, type TestHost, testHost } from '../host.js'
import { settingsOf } from '../settings.js'

/** What every plugin of a kind must hold to. */
export interface Law<K extends PluginKind = PluginKind> {
  /** A sentence that is true of a good plugin. */
  readonly name: string
  /** What breaks if it is not kept. */
  readonly because: string
  /** It is about what becomes of records when the plugin is stopped. */
  readonly isAboutDraining?: true
  /** Rejects with a {@link BrokenLaw} if the plugin breaks it; resolves to the reason if the law does not apply. */
  check(subject: Subject<PluginOf<K>>): Promise<string | undefined> | string | undefined
}

/** What a plugin is tested with. `folder` is a new one for each law, removed after it; relative paths start there. */
export interface Circumstances {
  readonly options?: Options | ((folder: string) => Options)
  /** Records for processors, handlers, actions and encoders of the channel types that are built in. */
  readonly given?: Given
  /** Channel types that it is tried with, where the options allow only some of those that it accepts. */
  readonly accepts?: readonly string[]
  /** New batches with each call, for other channel types. */
  readonly input?: (channelType: string) => Iterable<Batch>
  /** For a driver: what stands on the command line. */
  readonly paths?: readonly string[] | ((folder: string) => readonly string[])
  /** For an action: what stands behind the colon of `NAME:ARGUMENT`. */
  readonly argument?: string
  /** For a transport: the records that have arrived at its target, in order. */
  readonly arrived?: (folder: string, host: TestHost) => readonly string[] | Promise<readonly string[]>
  /** Milliseconds within which a plugin must do what it is to do soon (default: 10000). */
  readonly patience?: number
}

export class BrokenLaw extends AssertionError {
  constructor(law: Pick<Law, 'name' | 'because'>, plugin: Pick<Plugin, 'kind' | 'name'>, what: string, cause?: unknown) {
    super({ message: `${plugin.kind} "${plugin.name}" breaks the law "${law.name}": ${what}. ${law.because}` })
    if (cause !== undefined) this.cause = cause
  }
}

/** A plugin before a law. */
export class Subject<P extends Plugin = Plugin> {
  readonly plugin: P
  readonly circumstances: Circumstances
  readonly folder: string

  constructor(plugin: P, circumstances: Circumstances, folder: string) {
    this.plugin = plugin
    this.circumstances = circumstances
    this.folder = folder
  }

  get options(): Options {
    const { options = {} } = this.circumstances
    return settingsOf(this.plugin, typeof options === 'function' ? options(this.folder) : options)
  }

  get paths(): readonly string[] {
    const { paths = [] } = this.circumstances
    return typeof paths === 'function' ? paths(this.folder) : paths
  }

  host(more: Surroundings = {}): TestHost {
    return testHost({ plugin: this.plugin, directory: this.folder, ...more })
  }

  /** The channel types of which there are records, out of what the plugin accepts. */
  typesOf(accepted: readonly string[]): readonly string[] {
    const { accepts, input } = this.circumstances
    if (accepts) return accepts
    return input ? accepted : BUILT_IN.filter(type => accepted.includes(type) || accepted.includes(ANY_CHANNEL))
  }

  /** New batches of at most so many records. */
  async batches(channelType: string, rows?: number): Promise<Batch[]> {
    const { input, given = {} } = this.circumstances
    const own = input ? [...input(channelType)] : []
    return own.length > 0 ? own : batchesOf(channelType, { ...given, ...(rows !== undefined && { rows }) })
  }

  /** Fails if the promise does not settle soon. */
  async soon<T>(promise: Promise<T> | T, what: string): Promise<T> {
    const { patience = 10_000 } = this.circumstances
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what} took more than ${patience} ms`)), patience)
    })
    try {
      return await Promise.race([promise, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

const BUILT_IN = ['sysflowchan', 'flattenerchan', 'eventchan', 'otelchan']

/** Fails with this sentence if it is not so. */
export function hold(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Error(otherwise)
}

/** "3 records", "1 record". */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

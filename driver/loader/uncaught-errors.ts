// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs'
import type { Plugin } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { codeOf, firstLineOf } from '../../core/errors/reason.js'
import { isProgramFile, stackFrames } from '../../core/errors/stack-frame.js'
import type { FoundModule } from './found-module.js'
import { isWithin } from './module-file.js'

/** A module that has been run, at least in part. */
interface LoadedModule {
  readonly file: string
  /** The folder or package of the module. */
  readonly folder: string | undefined
  plugins: readonly Plugin[]
}

/**
 * Handles uncaught errors: unhandled rejections, and errors thrown in timers and listeners. If plugins are loaded, an error that
 * does not come from the program itself is a fault of a plugin, and the run continues.
 */
export class UncaughtErrors {
  readonly #modules: LoadedModule[] = []
  readonly #counts = new Map<string, number>()
  readonly #unreported: Fault[] = []
  readonly #subscribe: ((handler: (error: unknown) => boolean) => void) | undefined
  #report: ((fault: Fault) => void) | undefined
  #count = (_fault: Fault): void => {}

  /** `subscribe` registers a handler for every uncaught error; it is called when the first module is about to be run. */
  constructor(subscribe?: (handler: (error: unknown) => boolean) => void) {
    this.#subscribe = subscribe
  }

  /** Must be called before a module is run. */
  addModule({ file, ownFolder }: FoundModule): void {
    if (this.#modules.length === 0) this.#subscribe?.(error => this.handle(error))
    this.#modules.push({ file: realpathSync(file), folder: ownFolder && realpathSync(ownFolder), plugins: [] })
  }

  /** Must be called when the plugins of the last module are known. */
  setPlugins(plugins: readonly Plugin[]): void {
    const last = this.#modules.at(-1)
    if (last) last.plugins = plugins
  }

  /** Sets the receivers of faults; earlier faults are reported at once. Later ones beyond a limit per plugin are only counted. */
  reportTo(report: (fault: Fault) => void, count: (fault: Fault) => void = () => {}): void {
    this.#report = report
    this.#count = count
    for (const fault of this.takeUnreported()) report(fault)
  }

  /** Returns and clears the faults that have not been reported. */
  takeUnreported(): readonly Fault[] {
    return this.#unreported.splice(0)
  }

  /** False: it is a fault of the program. */
  handle(error: unknown): boolean {
    if (this.#modules.length === 0) return false
    const frames = stackFrames(error)
    const frame =
      frames.find(({ file }) => this.#moduleOf(file)) ??
      frames.find(({ file }) => !isProgramFile(file) && !file.includes('/node_modules/'))
    if (!frame && frames.some(({ file }) => isProgramFile(file))) return false
    const [only, another] = this.#modules
    const [first] = ((frame && this.#moduleOf(frame.file)) ?? (another ? undefined : only))?.plugins ?? []
    const who = first ? `${first.kind} "${first.name}"` : frame ? `the plugin ${frame.file}` : 'a plugin'
    const count = (this.#counts.get(who) ?? 0) + 1
    this.#counts.set(who, count)
    const details = {
      who,
      reason: reasonOf(error),
      ...(first && { kind: first.kind, plugin: first.name }),
      ...(frame && { position: frame.text }),
    }
    const fault = new Fault('SFP_PLUGIN_UNCAUGHT', details, { cause: error })
    if (count > MAX_REPORTED) this.#count(fault)
    else if (this.#report) this.#report(fault)
    else this.#unreported.push(fault)
    return true
  }

  /** The number of faults that were not reported individually, by plugin. */
  suppressedFaults(): readonly Fault[] {
    return [...this.#counts].flatMap(([who, count]) =>
      count > MAX_REPORTED ? [new Fault('SFP_PLUGIN_MORE_UNCAUGHT', { who, count: count - MAX_REPORTED })] : [],
    )
  }

  #moduleOf(file: string): LoadedModule | undefined {
    return this.#modules.find(module => module.file === file || (module.folder && isWithin(file, module.folder)))
  }
}

/** Per plugin; an error in a timer may repeat without end. */
const MAX_REPORTED = 10

/** Node.js wraps a rejection reason that is not an error. */
function reasonOf(error: unknown): string {
  const reason = firstLineOf(error)
  return codeOf(error) === 'ERR_UNHANDLED_REJECTION'
    ? (/ rejected with the reason "(.*)"\.$/.exec(reason)?.[1] ?? reason)
    : reason
}

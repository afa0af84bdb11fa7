// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs'
import type { Plugin } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { codeOf, firstLineOf } from '../../core/errors/reason.js'
import { isProgramFile, stackFrames } from '../../core/errors/stack-frame.js'
import type { FoundModule } from './found-module.js'
import { isWithin } from './module-file.js'

/** A module that has been run, if not to its end. */
interface LoadedModule {
  readonly file: string
  /** The folder or package that is its own. */
  readonly folder: string | undefined
  plugins: readonly Plugin[]
}

/**
 * Errors that nobody catches: rejections that nobody waits for, what is thrown in timers and listeners. Where plugins are
 * loaded, one that does not come from the program itself is the fault of a plugin, and the run goes on.
 */
export class UncaughtErrors {
  readonly #modules: LoadedModule[] = []
  readonly #counts = new Map<string, number>()
  readonly #unreported: Fault[] = []
  readonly #subscribe: ((handler: (error: unknown) => boolean) => void) | undefined
  #report: ((fault: Fault) => void) | undefined
  #count = (_fault: Fault): void => {}

  /** `watch`: has `taker` called with every such error; asked for when the first module is about to be run. */
  constructor(subscribe?: (handler: (error: unknown) => boolean) => void) {
    this.#subscribe = subscribe
  }

  /** Called before a module is run. */
  addModule({ file, ownFolder }: FoundModule): void {
    if (this.#modules.length === 0) this.#subscribe?.(error => this.handle(error))
    this.#modules.push({ file: realpathSync(file), folder: ownFolder && realpathSync(ownFolder), plugins: [] })
  }

  /** Called when it is known what the last module holds. */
  setPlugins(plugins: readonly Plugin[]): void {
    const last = this.#modules.at(-1)
    if (last) last.plugins = plugins
  }

  /** Whom to tell from now on; what has been found so far is told at once. Of many alike the first are told, the others noted. */
  reportTo(report: (fault: Fault) => void, count: (fault: Fault) => void = () => {}): void {
    this.#report = report
    this.#count = count
    for (const fault of this.takeUnreported()) report(fault)
  }

  /** What has been found and not been told. */
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
    const fault = new Fault('SFP_PLUGIN_STRAY', details, { cause: error })
    if (count > MAX_REPORTED) this.#count(fault)
    else if (this.#report) this.#report(fault)
    else this.#unreported.push(fault)
    return true
  }

  /** How many were not told one by one, by plugin. */
  suppressedFaults(): readonly Fault[] {
    return [...this.#counts].flatMap(([who, count]) =>
      count > MAX_REPORTED ? [new Fault('SFP_PLUGIN_MORE_STRAYS', { who, count: count - MAX_REPORTED })] : [],
    )
  }

  #moduleOf(file: string): LoadedModule | undefined {
    return this.#modules.find(module => module.file === file || (module.folder && isWithin(file, module.folder)))
  }
}

/** Of one plugin; one that goes wrong in a timer goes wrong for ever. */
const MAX_REPORTED = 10

/** Node.js wraps what a promise is rejected with and is no error. */
function reasonOf(error: unknown): string {
  const reason = firstLineOf(error)
  return codeOf(error) === 'ERR_UNHANDLED_REJECTION'
    ? (/ rejected with the reason "(.*)"\.$/.exec(reason)?.[1] ?? reason)
    : reason
}

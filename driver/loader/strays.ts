// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs'
import type { Plugin } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { codeOf, firstLineOf } from '../../core/errors/reason.js'
import { isOwn, stackPlaces } from '../../core/errors/stack-place.js'
import type { FoundModule } from './found-module.js'
import { isWithin } from './module-file.js'

/** A module that has been run, if not to its end. */
interface Suspect {
  readonly file: string
  /** The folder or package that is its own. */
  readonly folder: string | undefined
  plugins: readonly Plugin[]
}

/**
 * Errors that nobody catches: rejections that nobody waits for, what is thrown in timers and listeners. Where plugins are
 * loaded, one that does not come from the program itself is the fault of a plugin, and the run goes on.
 */
export class Strays {
  readonly #suspects: Suspect[] = []
  readonly #counts = new Map<string, number>()
  readonly #waiting: Fault[] = []
  readonly #watch: ((taker: (error: unknown) => boolean) => void) | undefined
  #tell: ((fault: Fault) => void) | undefined
  #note = (_fault: Fault): void => {}

  /** `watch`: has `taker` called with every such error; asked for when the first module is about to be run. */
  constructor(watch?: (taker: (error: unknown) => boolean) => void) {
    this.#watch = watch
  }

  /** Called before a module is run. */
  suspect({ file, own }: FoundModule): void {
    if (this.#suspects.length === 0) this.#watch?.(error => this.take(error))
    this.#suspects.push({ file: realpathSync(file), folder: own && realpathSync(own), plugins: [] })
  }

  /** Called when it is known what the last module holds. */
  know(plugins: readonly Plugin[]): void {
    const last = this.#suspects.at(-1)
    if (last) last.plugins = plugins
  }

  /** Whom to tell from now on; what has been found so far is told at once. Of many alike the first are told, the others noted. */
  tellTo(tell: (fault: Fault) => void, note: (fault: Fault) => void = () => {}): void {
    this.#tell = tell
    this.#note = note
    for (const fault of this.taken()) tell(fault)
  }

  /** What has been found and not been told. */
  taken(): readonly Fault[] {
    return this.#waiting.splice(0)
  }

  /** False: it is a fault of the program. */
  take(error: unknown): boolean {
    if (this.#suspects.length === 0) return false
    const places = stackPlaces(error)
    const place =
      places.find(({ file }) => this.#suspectOf(file)) ??
      places.find(({ file }) => !isOwn(file) && !file.includes('/node_modules/'))
    if (!place && places.some(({ file }) => isOwn(file))) return false
    const [only, another] = this.#suspects
    const [first] = ((place && this.#suspectOf(place.file)) ?? (another ? undefined : only))?.plugins ?? []
    const who = first ? `${first.kind} "${first.name}"` : place ? `the plugin ${place.file}` : 'a plugin'
    const count = (this.#counts.get(who) ?? 0) + 1
    this.#counts.set(who, count)
    const details = {
      who,
      reason: reasonOf(error),
      ...(first && { kind: first.kind, plugin: first.name }),
      ...(place && { place: place.text }),
    }
    const fault = new Fault('SFP_PLUGIN_STRAY', details, { cause: error })
    if (count > MOST_TOLD) this.#note(fault)
    else if (this.#tell) this.#tell(fault)
    else this.#waiting.push(fault)
    return true
  }

  /** How many were not told one by one, by plugin. */
  finish(): readonly Fault[] {
    return [...this.#counts].flatMap(([who, count]) =>
      count > MOST_TOLD ? [new Fault('SFP_PLUGIN_MORE_STRAYS', { who, count: count - MOST_TOLD })] : [],
    )
  }

  #suspectOf(file: string): Suspect | undefined {
    return this.#suspects.find(suspect => suspect.file === file || (suspect.folder && isWithin(file, suspect.folder)))
  }
}

/** Of one plugin; one that goes wrong in a timer goes wrong for ever. */
const MOST_TOLD = 10

/** Node.js wraps what a promise is rejected with and is no error. */
function reasonOf(error: unknown): string {
  const reason = firstLineOf(error)
  return codeOf(error) === 'ERR_UNHANDLED_REJECTION'
    ? (/ rejected with the reason "(.*)"\.$/.exec(reason)?.[1] ?? reason)
    : reason
}

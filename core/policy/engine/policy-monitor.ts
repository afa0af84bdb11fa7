// SPDX-License-Identifier: Apache-2.0
import type { Host } from '../../contract/stage.js'
import { Fault, Faults } from '../../errors/fault.js'
import { messageOf } from '../../errors/reason.js'
import { fingerprintOf } from './fingerprint.js'
import type { Watch } from './watch.js'

export interface MonitorSettings {
  /** File or directory. */
  readonly path: string
  /** Whether the file system is asked to tell of changes; else they are looked for only when somebody asks. */
  readonly isWatched: boolean
  /** Milliseconds after which it is looked for changes that the file system does not tell of, as on network mounts. */
  readonly interval: number
}

/** Reads the rules as they are now. What it resolves to puts them in force; it throws if they are faulty. */
export type Prepare = () => Promise<(fingerprint: string) => void>

/**
 * Has policies loaded again when their content has changed. It looks at exactly the files that a load would read: when the
 * file system tells of a change, now and then in case it does not, and when whoever runs the program asks for it.
 */
export class PolicyMonitor {
  readonly #settings: MonitorSettings
  readonly #prepare: Prepare
  readonly #host: Host
  #fingerprint: string
  #watch: Watch | undefined
  #timer: NodeJS.Timeout | undefined
  #stopListening: (() => void) | undefined
  /** The looks follow each other, so that a reload never overtakes another. */
  #looking: Promise<void> = Promise.resolve()
  #isStopped = false
  #isWarned = false

  /** `fingerprint`: of what is in force when it starts. */
  constructor(settings: MonitorSettings, fingerprint: string, prepare: Prepare, host: Host) {
    this.#settings = settings
    this.#fingerprint = fingerprint
    this.#prepare = prepare
    this.#host = host
  }

  async start(): Promise<void> {
    this.#stopListening = this.#host.onReload?.(() => this.#lookSoon('asked'))
    if (!this.#settings.isWatched) return
    const { Watch } = await import('./watch.js')
    this.#watch = new Watch(
      this.#settings.path,
      () => this.#lookSoon('told'),
      error => this.#warn(error),
    )
    this.#timer = setInterval(() => this.#lookSoon('by itself'), this.#settings.interval)
    this.#timer.unref()
    await this.#watch.renew()
    this.#lookSoon('told')
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#stopListening?.()
    clearInterval(this.#timer)
    await this.#watch?.stop()
    await this.#looking
  }

  #lookSoon(why: 'told' | 'by itself' | 'asked'): void {
    this.#looking = this.#looking.then(async () => {
      const isChanged = await this.#look()
      if (isChanged && why === 'by itself') await this.#watch?.renew()
      if (!isChanged && why === 'asked') this.#say(`the policies at ${this.#settings.path} have not changed`)
    })
  }

  /** Resolves to whether there was another content than at the last look. */
  async #look(): Promise<boolean> {
    const { path } = this.#settings
    let before = this.#fingerprint
    try {
      // What changes while it is read is read once more, so that the rules in force are those of one moment.
      for (let reads = 0; reads < MOST_READS && !this.#isStopped; reads++) {
        before = fingerprintOf(path)
        if (before === this.#fingerprint) return reads > 0
        const outcome = await settled(this.#prepare())
        if (fingerprintOf(path) !== before) continue
        // A faulty content is complained of once.
        this.#fingerprint = before
        outcome()(before)
        return true
      }
    } catch (error) {
      this.#fingerprint = before
      this.#complain(error)
      return true
    }
    return false
  }

  /** The file system does not tell of changes; they are still found at each interval. */
  #warn(error: unknown): void {
    if (this.#isWarned || this.#host.isTwin) return
    this.#isWarned = true
    const { path, interval } = this.#settings
    const details = { path, reason: messageOf(error), seconds: interval / 1000 }
    this.#host.fault(new Fault('SFP_ENGINE_NOT_WATCHED', details, { level: 'warning' }), false)
  }

  /** The old rules stay in force, so nothing is lost. */
  #complain(error: unknown): void {
    if (this.#host.isTwin) return
    const faults = error instanceof Faults ? error.faults : [error instanceof Error ? error : new Error(String(error))]
    for (const fault of faults) this.#host.fault(fault, false)
    this.#host.fault(new Fault('SFP_ENGINE_NOT_RELOADED', { path: this.#settings.path }), false)
  }

  #say(text: string): void {
    if (!this.#host.isTwin) this.#host.log.info(text)
  }
}

/** Somebody who writes without a pause is waited for until the next look. */
const MOST_READS = 5

/** The outcome of `work` as something that gives it or throws it. */
const settled = <T>(work: Promise<T>): Promise<() => T> =>
  work.then(
    value => () => value,
    error => () => {
      throw error
    },
  )

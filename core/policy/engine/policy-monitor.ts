// SPDX-License-Identifier: Apache-2.0
import type { Host } from '../../contract/host.js'
import { Fault, Faults } from '../../errors/fault.js'
import { messageOf } from '../../errors/reason.js'
import type { PathWatcher } from './path-watcher.js'
import { policyFingerprint } from './policy-fingerprint.js'

export interface MonitorSettings {
  /** File or directory. */
  readonly path: string
  /** Whether the file system reports changes. If not, only reload requests cause a check. */
  readonly isWatched: boolean
  /** Milliseconds between two checks for changes that the file system does not report, as on network mounts. */
  readonly interval: number
}

/** Reads the current rules. It resolves to a function that activates them, and rejects if they have errors. */
export type PrepareReload = () => Promise<(fingerprint: string) => void>

/**
 * Reloads policies when their content has changed. It checks exactly the files that a load would read: when the file system
 * reports a change, at each interval, and on a reload request.
 */
export class PolicyMonitor {
  readonly #settings: MonitorSettings
  readonly #prepare: PrepareReload
  readonly #host: Host
  #fingerprint: string
  #watcher: PathWatcher | undefined
  #timer: NodeJS.Timeout | undefined
  #stopListening: (() => void) | undefined
  /** Checks run one after another, so that a reload never overtakes an earlier one. */
  #pendingCheck: Promise<void> = Promise.resolve()
  #isStopped = false
  #isWatchErrorReported = false

  /** `fingerprint`: of the active rules at the start. */
  constructor(settings: MonitorSettings, fingerprint: string, prepare: PrepareReload, host: Host) {
    this.#settings = settings
    this.#fingerprint = fingerprint
    this.#prepare = prepare
    this.#host = host
  }

  async start(): Promise<void> {
    this.#stopListening = this.#host.onReload?.(() => this.#scheduleCheck('requested'))
    if (!this.#settings.isWatched) return
    const { PathWatcher } = await import('./path-watcher.js')
    this.#watcher = new PathWatcher(
      this.#settings.path,
      () => this.#scheduleCheck('notified'),
      error => this.#reportWatchError(error),
    )
    this.#timer = setInterval(() => this.#scheduleCheck('timer'), this.#settings.interval)
    this.#timer.unref()
    await this.#watcher.renew()
    this.#scheduleCheck('notified')
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#stopListening?.()
    clearInterval(this.#timer)
    await this.#watcher?.stop()
    await this.#pendingCheck
  }

  #scheduleCheck(trigger: 'notified' | 'timer' | 'requested'): void {
    this.#pendingCheck = this.#pendingCheck.then(async () => {
      const isChanged = await this.#reloadIfChanged()
      if (isChanged && trigger === 'timer') await this.#watcher?.renew()
      if (!isChanged && trigger === 'requested') this.#logInfo(`the policies at ${this.#settings.path} have not changed`)
    })
  }

  /** Resolves to whether the content differs from that of the last check. */
  async #reloadIfChanged(): Promise<boolean> {
    const { path } = this.#settings
    let before = this.#fingerprint
    try {
      // If the files change while they are read, they are read again, so that the active rules are the content at one moment.
      for (let reads = 0; reads < MAX_READS && !this.#isStopped; reads++) {
        before = policyFingerprint(path)
        if (before === this.#fingerprint) return reads > 0
        const outcome = await settle(this.#prepare())
        if (policyFingerprint(path) !== before) continue
        // Invalid content is reported once.
        this.#fingerprint = before
        outcome()(before)
        return true
      }
    } catch (error) {
      this.#fingerprint = before
      this.#reportReloadError(error)
      return true
    }
    return false
  }

  /** The file system does not report changes. The checks at each interval still find them. */
  #reportWatchError(error: unknown): void {
    if (this.#isWatchErrorReported || this.#host.isSecondaryWorker) return
    this.#isWatchErrorReported = true
    const { path, interval } = this.#settings
    const details = { path, reason: messageOf(error), seconds: interval / 1000 }
    this.#host.reportFault(new Fault('SFP_ENGINE_NOT_WATCHED', details, { level: 'warning' }), false)
  }

  /** The old rules stay active, so no data is lost. */
  #reportReloadError(error: unknown): void {
    if (this.#host.isSecondaryWorker) return
    const faults = error instanceof Faults ? error.faults : [error instanceof Error ? error : new Error(String(error))]
    for (const fault of faults) this.#host.reportFault(fault, false)
    this.#host.reportFault(new Fault('SFP_ENGINE_NOT_RELOADED', { path: this.#settings.path }), false)
  }

  #logInfo(text: string): void {
    if (!this.#host.isSecondaryWorker) this.#host.log.info(text)
  }
}

/** If the files keep changing, the rest waits for the next check. */
const MAX_READS = 5

/** The outcome of `work` as a function that returns the result or throws the error. */
const settle = <T>(work: Promise<T>): Promise<() => T> =>
  work.then(
    value => () => value,
    error => () => {
      throw error
    },
  )

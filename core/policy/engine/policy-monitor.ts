// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Host } from '../../contract/stage.js'
import { Fault, Faults } from '../../errors/fault.js'
import { messageOf } from '../../errors/reason.js'
import { findFiles } from '../language/find-files.js'
import { Findings } from '../language/findings.js'
import type { Watch } from './watch.js'

/**
 * Has policies loaded again when their content has changed. It looks at exactly the files that a load would read: when the
 * file system tells of a change, and now and then in case it does not, as on network mounts.
 */
export class PolicyMonitor {
  readonly #path: string
  readonly #interval: number
  readonly #reload: () => Promise<void>
  readonly #host: Host
  #fingerprint: string
  #watch: Watch | undefined
  #timer: NodeJS.Timeout | undefined
  /** The looks follow each other, so that a reload never overtakes another. */
  #looking: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(path: string, interval: number, reload: () => Promise<void>, host: Host) {
    this.#path = path
    this.#interval = interval
    this.#reload = reload
    this.#host = host
    this.#fingerprint = fingerprintOf(path)
  }

  async start(): Promise<void> {
    const { watchPath } = await import('./watch.js')
    this.#watch = watchPath(
      this.#path,
      () => this.#lookSoon(),
      error => this.#warn(error),
    )
    this.#timer = setInterval(() => this.#lookSoon(), this.#interval)
    this.#timer.unref()
    await this.#watch.ready
    this.#lookSoon()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    await this.#watch?.stop()
    await this.#looking
  }

  #lookSoon(): void {
    this.#looking = this.#looking.then(() => this.#look())
  }

  async #look(): Promise<void> {
    if (this.#isStopped) return
    try {
      const fingerprint = fingerprintOf(this.#path)
      if (fingerprint === this.#fingerprint) return
      // Taken before the load: what changes meanwhile is a change again. A faulty content is complained of once.
      this.#fingerprint = fingerprint
      await this.#reload()
    } catch (error) {
      this.#complain(error)
    }
  }

  /** The file system does not tell of changes; they are still found at each interval. */
  #warn(error: unknown): void {
    const reason = messageOf(error)
    const details = { path: this.#path, reason, seconds: this.#interval / 1000 }
    this.#host.fault(new Fault('SFP_ENGINE_NOT_WATCHED', details, { level: 'warning' }), false)
  }

  /** The old rules stay in force, so nothing is lost. */
  #complain(error: unknown): void {
    const faults = error instanceof Faults ? error.faults : [error instanceof Error ? error : new Error(String(error))]
    for (const fault of faults) this.#host.fault(fault, false)
    this.#host.fault(new Fault('SFP_ENGINE_NOT_RELOADED', { path: this.#path }), false)
  }
}

/** Names and contents of the files that a load would read. One that vanishes in between counts as not there. */
function fingerprintOf(path: string): string {
  const hash = createHash('sha256')
  for (const file of findFiles([path], new Findings())) {
    const content = contentOf(file)
    if (content === undefined) continue
    hash.update(`${file.length}:${file}${content.length}:`)
    hash.update(content)
  }
  return hash.digest('hex')
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

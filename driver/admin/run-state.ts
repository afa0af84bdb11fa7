// SPDX-License-Identifier: Apache-2.0
import type { Job } from '../pipeline/job.js'
import { packageVersion } from '../process/package.js'
import { checkHealth } from '../pipeline/check-health.js'
import type { Wiring } from '../pipeline/wiring.js'
import { channelPictures, type Picture, partPictures, type State } from './picture.js'
import { ProcessWatch } from './process-figures.js'

/** Health checks may ask far-away targets; who asks more often is told the last answer. */
const CHECKED_EVERY_MS = 5000
const CHECK_SECONDS = 3

/** What is known of the run that an endpoint shows. */
export class RunState {
  state: State = 'starting'
  job: Job | undefined
  readonly wiring: Wiring
  readonly #watch = new ProcessWatch()
  readonly #begin = performance.now()
  /** By place of the driver. */
  readonly #lastRecords = new Map<number, string>()
  readonly #lastTaken: number[] = []
  #checked: { readonly at: number; readonly reasons: Promise<string[]> } | undefined

  readonly #plugins: () => Picture['plugins']

  constructor(wiring: Wiring, plugins: () => Picture['plugins'] = () => []) {
    this.wiring = wiring
    this.#plugins = plugins
  }

  /** Ends a second: what is told of the last one is now of this. */
  tick(): void {
    this.#watch.tick()
    const parts = this.job?.view.parts() ?? []
    for (let index = 0; index < this.wiring.drivers.length; index++) {
      const taken = parts[index]?.taken ?? 0
      if (taken > (this.#lastTaken[index] ?? 0)) this.#lastRecords.set(index, new Date().toISOString())
      this.#lastTaken[index] = taken
    }
  }

  picture(): Picture {
    const view = this.job?.view
    const parts = view ? partPictures(view, this.wiring, this.#lastRecords) : []
    return {
      version: packageVersion(),
      time: new Date().toISOString(),
      uptime: (performance.now() - this.#begin) / 1000,
      state: this.state,
      process: this.#watch.figures(),
      progress: view?.progress() ?? null,
      parts,
      channels: view ? channelPictures(view, this.wiring, parts) : [],
      plugins: this.#plugins(),
    }
  }

  /** Why the process is not ready for records; empty: it is. */
  async reasons(): Promise<readonly string[]> {
    if (this.state !== 'running' || !this.job) return [`the run is ${this.state}`]
    const now = performance.now()
    if (!this.#checked || now - this.#checked.at > CHECKED_EVERY_MS) {
      const reasons = checkHealth(this.job.pipeline, CHECK_SECONDS).then(faults => faults.map(({ message }) => message))
      this.#checked = { at: now, reasons }
    }
    return this.#checked.reasons
  }

  close(): void {
    this.#watch.close()
  }
}

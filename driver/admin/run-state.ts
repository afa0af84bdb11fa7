// SPDX-License-Identifier: Apache-2.0

import { checkHealth } from '../pipeline/check-health.js'
import type { PipelineRun } from '../pipeline/pipeline-run.js'
import type { Wiring } from '../pipeline/wiring.js'
import { packageVersion } from '../process/package.js'
import { ProcessMonitor } from './process-figures.js'
import { channelSnapshots, type PipelineSnapshot, partSnapshots, type RunPhase } from './snapshot.js'

/** A health check may send requests to remote targets; within this interval the last result is returned again. */
const CHECK_INTERVAL_MS = 5000
const CHECK_TIMEOUT_SECONDS = 3

/** The state of the run that an endpoint shows. */
export class RunState {
  state: RunPhase = 'starting'
  pipelineRun: PipelineRun | undefined
  readonly wiring: Wiring
  readonly #monitor = new ProcessMonitor()
  readonly #startedAt = performance.now()
  /** Key: index of the driver. */
  readonly #lastRecordTimes = new Map<number, string>()
  readonly #lastCounts: number[] = []
  #lastCheck: { readonly at: number; readonly reasons: Promise<string[]> } | undefined

  readonly #plugins: () => PipelineSnapshot['plugins']

  constructor(wiring: Wiring, plugins: () => PipelineSnapshot['plugins'] = () => []) {
    this.wiring = wiring
    this.#plugins = plugins
  }

  /** Ends a one-second interval and publishes its figures. */
  tick(): void {
    this.#monitor.tick()
    const parts = this.pipelineRun?.view.parts() ?? []
    for (let index = 0; index < this.wiring.drivers.length; index++) {
      const count = parts[index]?.in ?? 0
      if (count > (this.#lastCounts[index] ?? 0)) this.#lastRecordTimes.set(index, new Date().toISOString())
      this.#lastCounts[index] = count
    }
  }

  snapshot(): PipelineSnapshot {
    const view = this.pipelineRun?.view
    const parts = view ? partSnapshots(view, this.wiring, this.#lastRecordTimes) : []
    return {
      version: packageVersion(),
      time: new Date().toISOString(),
      uptime: (performance.now() - this.#startedAt) / 1000,
      state: this.state,
      process: this.#monitor.figures(),
      progress: view?.progress() ?? null,
      parts,
      channels: view ? channelSnapshots(view, this.wiring, parts) : [],
      plugins: this.#plugins(),
    }
  }

  /** Why the process is not ready for records; empty if it is ready. */
  async notReadyReasons(): Promise<readonly string[]> {
    if (this.state !== 'running' || !this.pipelineRun) return [`the run is ${this.state}`]
    const now = performance.now()
    if (!this.#lastCheck || now - this.#lastCheck.at > CHECK_INTERVAL_MS) {
      const reasons = checkHealth(this.pipelineRun.pipeline, CHECK_TIMEOUT_SECONDS).then(faults =>
        faults.map(({ message }) => message),
      )
      this.#lastCheck = { at: now, reasons }
    }
    return this.#lastCheck.reasons
  }

  close(): void {
    this.#monitor.close()
  }
}

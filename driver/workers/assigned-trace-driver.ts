// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../core/contract/batch.js'
import type { Host } from '../../core/contract/host.js'
import type { Ledger } from '../../core/contract/ledger.js'
import type { Report } from '../../core/contract/report.js'
import type { Driver, Sender } from '../../core/contract/stage.js'
import { FileDriver } from '../../plugins/sysflow/drivers/file-driver.js'
import type { TraceFile } from '../../plugins/sysflow/drivers/trace-files.js'

/** The file driver of a worker: each run reads the one trace that was handed to it last. */
export class AssignedTraceDriver implements Driver {
  readonly #files: FileDriver
  readonly #stop: AbortSignal
  #next: TraceFile | undefined

  /** `stop` ends a trace as it does for the file driver, but leaves the deadlines of draining to the main thread. */
  constructor(host: Host, stop: AbortSignal) {
    this.#files = new FileDriver([], host)
    this.#stop = stop
  }

  get ledger(): Ledger {
    return this.#files.ledger
  }

  assign(file: TraceFile): void {
    this.#next = file
  }

  async run(output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    if (this.#next) await this.#files.readTrace(this.#next, output, AbortSignal.any([stop, this.#stop]), abort)
  }

  progress(): { readonly done: number; readonly total: number } {
    return this.#files.progress()
  }

  report(): Report {
    return this.#files.report()
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../core/contract/batch.js'
import type { Sender } from '../../core/contract/channel.js'
import type { Ledger } from '../../core/contract/ledger.js'
import type { Report } from '../../core/contract/report.js'
import type { Driver, Host } from '../../core/contract/stage.js'
import type { InputFile } from '../../core/input/input-files.js'
import { FileDriver } from '../../plugins/sysflow/drivers/file-driver.js'

/** The file driver of a worker: each run reads the one trace that was handed to it last. */
export class AssignedTraceDriver implements Driver {
  readonly #files: FileDriver
  readonly #stop: AbortSignal
  #next: InputFile | undefined

  /** `stop` ends a trace as it does for the file driver, but leaves the deadlines of draining to the main thread. */
  constructor(host: Host, stop: AbortSignal) {
    this.#files = new FileDriver([], host)
    this.#stop = stop
  }

  get ledger(): Ledger {
    return this.#files.ledger
  }

  assign(file: InputFile): void {
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

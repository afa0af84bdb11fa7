// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../core/contract/batch.js'
import type { Ledger } from '../../core/contract/ledger.js'
import type { Report } from '../../core/contract/report.js'
import type { Driver, Partition, Sender } from '../../core/contract/stage.js'
import type { InputProgress } from '../pipeline/pipeline-view.js'

/** The driver of a worker: each run reads the partition that was assigned last. */
export class AssignedPartitionDriver implements Driver {
  readonly ledger: Ledger
  readonly #driver: Driver
  readonly #stop: AbortSignal
  #next: Partition | undefined

  /** `stop` ends a partition like a driver, but the deadlines of draining are up to the main thread. */
  constructor(driver: Driver, stop: AbortSignal) {
    this.ledger = driver.ledger
    this.#driver = driver
    this.#stop = stop
  }

  assign(partition: Partition): void {
    this.#next = partition
  }

  async run(output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    if (!this.#next) return
    if (!this.#driver.runPartition)
      throw new TypeError('the driver lists partitions of its input but has no function "runPartition"')
    await this.#driver.runPartition(this.#next, output, AbortSignal.any([stop, this.#stop]), abort)
  }

  async close(): Promise<void> {
    await this.#driver.close?.()
  }

  progress(): InputProgress {
    return this.#driver.progress?.() ?? { done: 0, total: 0 }
  }

  report(): Report {
    return this.#driver.report?.() ?? {}
  }
}

// SPDX-License-Identifier: Apache-2.0
import { CountedBatch } from '../../core/contract/batch.js'
import { Ledger } from '../../core/contract/ledger.js'
import type { Driver, Sender } from '../../core/contract/stage.js'

/** Records that are numbers. */
export class NumberBatch extends CountedBatch {
  readonly values: readonly number[]
  readonly length: number

  readonly #onReleased: (() => void) | undefined

  constructor(values: readonly number[], onReleased?: () => void) {
    super()
    this.values = values
    this.length = values.length
    this.#onReleased = onReleased
  }

  protected override recycle(): void {
    this.#onReleased?.()
  }
}

/** A test driver: sends the numbers 0, 1, 2, ... in batches of ten, `count` of them or until it is stopped. */
export class NumberDriver implements Driver {
  readonly ledger = new Ledger()
  /** Called with the first number of a batch when the batch is no longer held. */
  onAcknowledged: (first: number) => void = () => {}
  readonly #count: number
  /** Makes the run end with this error after half of the records. */
  readonly #failure: Error | undefined

  constructor(count = Number.POSITIVE_INFINITY, failure?: Error) {
    this.#count = count
    this.#failure = failure
  }

  async run(output: Sender<NumberBatch>, stop: AbortSignal): Promise<void> {
    for (let first = 0; first < this.#count && !stop.aborted; first += 10) {
      if (this.#failure && first >= this.#count / 2) throw this.#failure
      const values = Array.from({ length: Math.min(10, this.#count - first) }, (_, index) => first + index)
      this.ledger.in += values.length
      this.ledger.out += values.length
      await output.send(new NumberBatch(values, () => this.onAcknowledged(first)))
    }
  }
}

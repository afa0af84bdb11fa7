// SPDX-License-Identifier: Apache-2.0

import { Ledger } from '../../core/contract/ledger.js'
import type { Receiver, Stage } from '../../core/contract/stage.js'
import type { NumberBatch } from './number-driver.js'

/** A test stage for the end of a pipeline: records its input. */
export class SinkStage implements Stage {
  readonly ledger = new Ledger()
  readonly values: number[] = []

  async run(input: Receiver<NumberBatch>): Promise<void> {
    for await (const batch of input) {
      this.ledger.in += batch.length
      this.values.push(...batch.values)
      this.ledger.out += batch.length
      batch.release()
    }
  }
}

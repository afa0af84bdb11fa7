// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import { Ledger } from '../contract/ledger.js'
import type { Receiver, Stage } from '../contract/stage.js'

/** The last stage for `export: null`: counts the records and discards them. It does not encode them. */
export class DiscardStage implements Stage {
  readonly ledger = new Ledger()

  async run(input: Receiver<Batch>): Promise<void> {
    for await (const batch of input) {
      this.ledger.in += batch.length
      this.ledger.out += batch.length
      batch.release()
    }
  }

  report(): Readonly<Record<string, unknown>> {
    return { transport: 'null', records: this.ledger.out }
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../core/contract/batch.js'
import type { Host } from '../../../core/contract/host.js'
import { Ledger } from '../../../core/contract/ledger.js'
import type { Receiver, Sender, Stage } from '../../../core/contract/stage.js'
import { EventColumns } from './event-columns.js'
import type { IsolatedHandler } from './isolated-handler.js'

/** Stage `sysflowprocessor`: receives rows of events with their entities, and sends the output of its handler. */
export class SysFlowDispatcher implements Stage {
  readonly ledger = new Ledger()
  readonly #handler: IsolatedHandler

  constructor(host: Host, handler: IsolatedHandler) {
    this.#handler = handler
    // Entities remain in the reader's tables. This stage receives them with events, not individually.
    if (handler.handlesEntities) host.log.warn('its handler needs entities, which only a sysflowreader provides')
  }

  open(): Promise<void> {
    return this.#handler.open()
  }

  async run(input: Receiver<Batch>, output: Sender<Batch>, abort: AbortSignal): Promise<void> {
    const { ledger } = this
    for await (const batch of input) {
      abort.throwIfAborted()
      if (!(batch instanceof EventColumns)) throw new TypeError('a sysflowprocessor accepts only events of a sysflowreader')
      const { length } = batch
      ledger.in += length
      ledger.held = length
      const result = this.#handler.handlesEvents ? await this.#handler.events(batch, ledger, abort) : batch
      ledger.held = 0
      if (!result) continue
      ledger.out += result.length
      await output.send(result)
    }
    this.#handler.finish()
  }

  close(): Promise<void> {
    return this.#handler.close()
  }

  check(): Promise<string | undefined> {
    return this.#handler.check()
  }

  report(): Readonly<Record<string, unknown>> {
    const handler = this.#handler.report()
    return handler ? { handler } : {}
  }
}

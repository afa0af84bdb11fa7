// SPDX-License-Identifier: Apache-2.0
import type { Page, Transport } from '../contract/exporter.js'
import type { Ledger } from '../contract/ledger.js'
import { Fault } from '../errors/fault.js'

/** The way of pages to one target, and the books of it: what has arrived has passed, what was refused is dropped. */
export class Delivery {
  readonly #transport: Transport
  readonly #ledger: Ledger
  readonly #fault: (fault: Error, lostData: boolean) => void
  #pages = 0
  #bytes = 0
  #isFailing = false

  constructor(transport: Transport, ledger: Ledger, fault: (fault: Error, lostData: boolean) => void) {
    this.#transport = transport
    this.#ledger = ledger
    this.#fault = fault
  }

  open(): Promise<void> {
    return this.#transport.open()
  }

  /**
   * Resolves when the page is safe, or its records are counted as dropped; of a row of failures the first is told. Rejects
   * when the target will take nothing more and when `abort` fires: its records are then held still.
   */
  async send(page: Page, abort: AbortSignal): Promise<void> {
    const { length, bytes } = page
    const size = bytes.length
    try {
      await orAbort(this.#transport.send(page), abort)
      this.#ledger.passed += length
      this.#ledger.held -= length
      this.#bytes += size
      this.#pages++
      this.#isFailing = false
    } catch (error) {
      // What the target will never take is not sent again and again; what was aborted is counted at the end.
      if (!(error instanceof Fault) || error.code === 'SFP_EXPORT_CLOSED') throw error
      this.#ledger.drop('not written', length)
      this.#ledger.held -= length
      if (!this.#isFailing) this.#fault(error, true)
      this.#isFailing = true
    }
  }

  /** What is held still will not be sent any more. */
  giveUp(): void {
    this.#ledger.drop('not written', this.#ledger.held)
    this.#ledger.held = 0
  }

  close(): Promise<void> {
    return this.#transport.close()
  }

  report(format: string): Readonly<Record<string, unknown>> {
    return {
      transport: this.#transport.name,
      format,
      records: this.#ledger.passed,
      bytes: this.#bytes,
      pages: this.#pages,
    }
  }
}

/** `work`, unless `abort` fires first. */
function orAbort(work: Promise<void>, abort: AbortSignal): Promise<void> {
  if (abort.aborted) {
    work.catch(() => {})
    return Promise.reject(abort.reason)
  }
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(abort.reason)
    abort.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => abort.removeEventListener('abort', stop))
  })
}

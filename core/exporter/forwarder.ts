// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../contract/batch.js'
import type { Transport } from '../contract/exporter.js'
import { Ledger } from '../contract/ledger.js'
import type { Options } from '../contract/plugin.js'
import type { Receiver, Sender, Stage } from '../contract/stage.js'
import { Delivery, type DeliverySettings } from './delivery/delivery.js'
import { EncodedChunk } from './encoded-chunk.js'
import { encoderFor } from './encoder-for.js'
import { exporterOptions } from './exporter-options.js'
import { deliveryFor, type ExporterContext } from './transport-for.js'

/**
 * The second half of an exporter whose records are encoded in other threads: writes the chunks of those threads as they arrive.
 */
export class Forwarder implements Stage {
  readonly ledger = new Ledger()
  readonly #format: string
  readonly #delivery: Delivery

  constructor(
    format: string,
    transport: Transport,
    settings: DeliverySettings,
    fault: (fault: Error, lostData: boolean) => void,
  ) {
    this.#format = format
    this.#delivery = new Delivery(transport, this.ledger, fault, settings)
  }

  open(): Promise<void> {
    return this.#delivery.open()
  }

  async run(input: Receiver<Batch>, _output: Sender<Batch>, abort: AbortSignal): Promise<void> {
    this.#delivery.begin()
    try {
      for await (const chunk of input) {
        if (!(chunk instanceof EncodedChunk)) throw new TypeError('a forwarder takes encoded chunks only')
        this.ledger.in += chunk.length
        this.ledger.held += chunk.length
        try {
          await this.#delivery.send(chunk, abort)
        } finally {
          chunk.release()
        }
      }
      await this.#delivery.finish(abort)
    } finally {
      this.#delivery.dropHeld()
    }
  }

  check(): Promise<string | undefined> {
    return this.#delivery.check()
  }

  close(): Promise<void> {
    return this.#delivery.close()
  }

  report(): Readonly<Record<string, unknown>> {
    return this.#delivery.report(this.#format)
  }
}

/**
 * The forwarder that takes the chunks of an exporter with an overridden transport to its target; undefined for `export: null`.
 * The exporter has validated the settings already, so warnings are not repeated.
 */
export function forwarderOf(rawOptions: Options, context: ExporterContext): Forwarder | undefined {
  const { components, host } = context
  const options = exporterOptions(rawOptions, components, () => {})
  if (options.transport === 'null') return undefined
  // The encoder itself runs in the other threads.
  const { framing } = encoderFor(options, rawOptions, context)
  const { transport, settings } = deliveryFor(options, rawOptions, context, framing)
  return new Forwarder(options.format, transport, settings, (fault, lostData) => host.reportFault(fault, lostData))
}

// SPDX-License-Identifier: Apache-2.0

import type { Chunk, DeliveryResult, Transport } from '../contract/exporter.js'
import { wrapPluginError } from '../errors/plugin-error.js'
import { DeadlineError, withDeadline } from '../errors/with-deadline.js'

/**
 * Isolates the faults of a transport. An error that is not a `Fault` becomes a permanent fault under the name of the transport:
 * the chunk fails, and the run continues. The same happens when the transport returns an impossible result for a chunk.
 */
export class GuardedTransport implements Transport {
  readonly name: string
  readonly #transport: Transport
  readonly #report: (fault: Error, lostData: boolean) => void
  readonly #closeTimeout: number
  /** The most recent call of `send`. */
  #sending: Promise<unknown> | undefined
  #isClosed = false
  #hasReportedFault = false

  /**
   * `closeTimeout`: milliseconds in which the transport must react to an abort, and half of the time in which it must close; both
   * end before the program exits.
   */
  constructor(name: string, transport: Transport, report: (fault: Error, lostData: boolean) => void, closeTimeout = 1500) {
    this.name = name
    this.#transport = transport
    this.#report = report
    this.#closeTimeout = closeTimeout
  }

  open(): Promise<void> {
    return this.#withPluginFault('open', () => this.#transport.open())
  }

  begin(): void {
    try {
      this.#transport.begin?.()
    } catch (error) {
      throw this.#wrapError('begin', error)
    }
  }

  send(chunk: Chunk, abort: AbortSignal): Promise<DeliveryResult | undefined> {
    const sending = this.#withPluginFault('send', async () => {
      const delivered = await this.#transport.send(chunk, abort)
      if (delivered) checkDelivered(delivered, chunk.length)
      return delivered
    })
    this.#sending = sending
    return sending
  }

  async finish(abort: AbortSignal): Promise<void> {
    try {
      await this.#transport.finish?.(abort)
    } catch (error) {
      // An error caused by the abort carries no new information.
      if (!abort.aborted) this.#reportFault('finish', error)
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#withTimeout(
      'send',
      this.#closeTimeout,
      Promise.resolve(this.#sending).catch(() => {}),
    )
    await this.#withTimeout(
      'close',
      2 * this.#closeTimeout,
      this.#withPluginFault('close', () => this.#transport.close()),
    )
  }

  async check(): Promise<string | undefined> {
    try {
      return await this.#transport.check?.()
    } catch (error) {
      return this.#wrapError('check', error).message
    }
  }

  report(): Readonly<Record<string, unknown>> {
    try {
      return this.#transport.report?.() ?? {}
    } catch (error) {
      // `report` is called repeatedly, so only the first failure is reported.
      if (!this.#hasReportedFault) this.#reportFault('report', error)
      this.#hasReportedFault = true
      return {}
    }
  }

  /** Waits for work that should end soon; reports a fault if it does not. */
  async #withTimeout(step: string, closeTimeout: number, work: Promise<unknown>): Promise<void> {
    try {
      await withDeadline(work, closeTimeout)
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error
      this.#reportFault(step, new Error(`it has not ended ${closeTimeout / 1000} seconds after the run`))
    }
  }

  async #withPluginFault<T>(step: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      throw this.#wrapError(step, error)
    }
  }

  #reportFault(step: string, error: unknown): void {
    this.#report(this.#wrapError(step, error), false)
  }

  #wrapError(step: string, error: unknown): ReturnType<typeof wrapPluginError> {
    return wrapPluginError({ kind: 'transport', name: this.name }, step, error)
  }
}

/** Throws if the result is impossible for a chunk of so many records. */
function checkDelivered({ rejected, retryable }: DeliveryResult, length: number): void {
  const mentioned = new Set<number>()
  for (const record of [...rejected.map(({ recordIndex }) => recordIndex), ...retryable]) {
    if (!Number.isInteger(record) || record < 0 || record >= length)
      throw new RangeError(`it speaks of record ${record} of a chunk of ${length}`)
    if (mentioned.has(record)) throw new RangeError(`it speaks of record ${record} of a chunk twice`)
    mentioned.add(record)
  }
}

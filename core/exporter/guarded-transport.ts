// SPDX-License-Identifier: Apache-2.0

import type { Chunk, DeliveryResult, Transport } from '../contract/exporter.js'
import { wrapPluginError } from '../errors/plugin-error.js'
import { DeadlineError, withDeadline } from '../errors/with-deadline.js'

/**
 * A transport whose faults stay its own. What it throws that is no fault becomes one under its name, which is not temporary: the
 * page that it failed on is given up, and the run goes on. So does what it says of a page that cannot be.
 */
export class GuardedTransport implements Transport {
  readonly name: string
  readonly #transport: Transport
  readonly #report: (fault: Error, lostData: boolean) => void
  readonly #closeTimeout: number
  /** The last. */
  #sending: Promise<unknown> | undefined
  #isClosed = false
  #hasReportedFault = false

  /**
   * `patience`: milliseconds that the transport may take to notice that a run was aborted, and half of what it may take to
   * close; both are over before the program ends all the same.
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
      // What rejects because the run was aborted says nothing new.
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
      // It is asked again and again.
      if (!this.#hasReportedFault) this.#reportFault('report', error)
      this.#hasReportedFault = true
      return {}
    }
  }

  /** Waits for what should be over soon, and says so if it is not. */
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

/** Throws if that cannot have become of a page of so many records. */
function checkDelivered({ rejected, retryable }: DeliveryResult, length: number): void {
  const mentioned = new Set<number>()
  for (const record of [...rejected.map(({ recordIndex }) => recordIndex), ...retryable]) {
    if (!Number.isInteger(record) || record < 0 || record >= length)
      throw new RangeError(`it speaks of record ${record} of a page of ${length}`)
    if (mentioned.has(record)) throw new RangeError(`it speaks of record ${record} of a page twice`)
    mentioned.add(record)
  }
}

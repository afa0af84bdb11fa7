// SPDX-License-Identifier: Apache-2.0
import { setTimeout as timeout } from 'node:timers/promises'
import type { Delivered, Page, Transport } from '../contract/exporter.js'
import { pluginFault } from '../errors/plugin-fault.js'

/**
 * A transport whose faults stay its own. What it throws that is no fault becomes one under its name, which is not temporary: the
 * page that it failed on is given up, and the run goes on. So does what it says of a page that cannot be.
 */
export class ContainedTransport implements Transport {
  readonly name: string
  readonly #transport: Transport
  readonly #report: (fault: Error, lostData: boolean) => void
  readonly #patience: number
  /** The last. */
  #sending: Promise<unknown> | undefined
  #isClosed = false
  #hasTold = false

  /**
   * `patience`: milliseconds that the transport may take to notice that a run was aborted, and half of what it may take to
   * close; both are over before the program ends all the same.
   */
  constructor(name: string, transport: Transport, report: (fault: Error, lostData: boolean) => void, patience = 1500) {
    this.name = name
    this.#transport = transport
    this.#report = report
    this.#patience = patience
  }

  open(): Promise<void> {
    return this.#named('open', () => this.#transport.open())
  }

  begin(): void {
    try {
      this.#transport.begin?.()
    } catch (error) {
      throw this.#fault('begin', error)
    }
  }

  send(page: Page, abort: AbortSignal): Promise<Delivered | undefined> {
    const sending = this.#named('send', async () => {
      const delivered = await this.#transport.send(page, abort)
      if (delivered) checkDelivered(delivered, page.length)
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
      if (!abort.aborted) this.#tell('finish', error)
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#inTime(
      'send',
      this.#patience,
      Promise.resolve(this.#sending).catch(() => {}),
    )
    await this.#inTime(
      'close',
      2 * this.#patience,
      this.#named('close', () => this.#transport.close()),
    )
  }

  async check(): Promise<string | undefined> {
    try {
      return await this.#transport.check?.()
    } catch (error) {
      return this.#fault('check', error).message
    }
  }

  report(): Readonly<Record<string, unknown>> {
    try {
      return this.#transport.report?.() ?? {}
    } catch (error) {
      // It is asked again and again.
      if (!this.#hasTold) this.#tell('report', error)
      this.#hasTold = true
      return {}
    }
  }

  /** Waits for what should be over soon, and says so if it is not. */
  async #inTime(step: string, patience: number, work: Promise<unknown>): Promise<void> {
    const control = new AbortController()
    const late = timeout(patience, 'late', { signal: control.signal }).catch(() => {})
    try {
      if ((await Promise.race([work, late])) === 'late')
        this.#tell(step, new Error(`it has not ended ${patience / 1000} seconds after the run`))
    } finally {
      control.abort()
    }
  }

  async #named<T>(step: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      throw this.#fault(step, error)
    }
  }

  #tell(step: string, error: unknown): void {
    this.#report(this.#fault(step, error), false)
  }

  #fault(step: string, error: unknown): ReturnType<typeof pluginFault> {
    return pluginFault({ kind: 'transport', name: this.name }, step, error)
  }
}

/** Throws if that cannot have become of a page of so many records. */
function checkDelivered({ refused, again }: Delivered, length: number): void {
  const named = new Set<number>()
  for (const record of [...refused.map(({ record }) => record), ...again]) {
    if (!Number.isInteger(record) || record < 0 || record >= length)
      throw new RangeError(`it speaks of record ${record} of a page of ${length}`)
    if (named.has(record)) throw new RangeError(`it speaks of record ${record} of a page twice`)
    named.add(record)
  }
}

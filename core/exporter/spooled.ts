// SPDX-License-Identifier: Apache-2.0
import type { Delivered, Page, Transport } from '../contract/exporter.js'
import { Ledger } from '../contract/ledger.js'
import { Fault } from '../errors/fault.js'
import { messageOf } from '../errors/reason.js'
import type { Limits } from '../spool/segment.js'
import type { Spool } from '../spool/spool.js'
import { type DeadLetters, Delivery } from './delivery.js'
import { pageOf } from './part-of-page.js'
import { Pauses, type Retry } from './pauses.js'

export interface SpooledSettings {
  /** How the target is tried again; for how long is not asked: until it takes what waits. */
  readonly retry: Retry
  /** Seconds that the end of a run waits for the spool to empty. */
  readonly drainSeconds: number
  /** What is read from the spool for one page of the target. */
  readonly atOnce: Limits
  readonly deadLetters?: DeadLetters | undefined
}

/**
 * A transport with a spool before it. Records are safe for the pipeline as soon as they are in the spool; from there they are
 * delivered at the pace of the target, each at least once, also those that an earlier run left. That the target is away
 * neither stops the start nor the pipeline, until the spool is full.
 */
export class SpooledTransport implements Transport {
  readonly name: string
  /** The books of what leaves the spool. */
  readonly ledger = new Ledger()
  readonly #make: () => Transport
  readonly #spool: Spool
  readonly #settings: SpooledSettings
  readonly #retry: Retry
  readonly #fault: (fault: Error, lostData: boolean) => void
  readonly #note: (text: string) => void
  readonly #stop = new AbortController()
  /** Once it is open. */
  #target: Transport | undefined
  #pump: Promise<void> | undefined
  /** Why nothing will be delivered any more. */
  #failure: unknown
  #isClosed = false

  /** `make` gives a new target: one that could not be opened is not used again. `note` hears what waits at the end. */
  constructor(
    make: () => Transport,
    spool: Spool,
    settings: SpooledSettings,
    fault: (fault: Error, lostData: boolean) => void,
    note: (text: string) => void,
  ) {
    this.name = make().name
    this.#make = make
    this.#spool = spool
    this.#settings = settings
    this.#retry = { ...settings.retry, seconds: Number.POSITIVE_INFINITY }
    this.#fault = fault
    this.#note = note
  }

  open(): Promise<void> {
    return this.#spool.open()
  }

  begin(): void {
    this.#pump ??= this.#deliver().catch(error => {
      if (this.#stop.signal.aborted) return
      this.#failure = error
      // A reader that goes away is no failure, and the pipeline hears of it with the next page.
      if (!(error instanceof Fault) || error.code !== 'SFP_EXPORT_CLOSED')
        this.#fault(error instanceof Error ? error : new Error(messageOf(error)), false)
    })
  }

  async send(page: Page, abort: AbortSignal): Promise<Delivered | undefined> {
    if (this.#failure !== undefined) throw this.#failure
    const isFit = (record: number): boolean => (page.ends[record] ?? 0) - (page.ends[record - 1] ?? 0) <= this.#spool.recordBytes
    const records = [...page.ends.keys()]
    const fit = records.filter(isFit)
    const kept = await this.#spool.append(fit.length === page.length ? page : pageOf(page, fit), abort)
    if (kept === page.length) return undefined
    const reason = `it is larger than the ${this.#spool.recordBytes} bytes that the spool takes`
    const refused = records.filter(record => !isFit(record)).map(record => ({ record, reason }))
    return { refused, again: fit.slice(kept), reason: 'the spool took a part only' }
  }

  /** Waits for a while until the spool is empty. */
  async finish(abort: AbortSignal): Promise<void> {
    const { pump, control } = { pump: this.#pump, control: new AbortController() }
    const timer = setTimeout(() => control.abort(), this.#settings.drainSeconds * 1000)
    const patience = AbortSignal.any([abort, control.signal])
    await Promise.race([this.#spool.emptied(patience).catch(() => {}), pump])
    clearTimeout(timer)
    control.abort()
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#stop.abort()
    await this.#pump
    const { waiting, waitingBytes } = this.#spool.figures
    // What was sent and not acknowledged stays in the spool.
    this.ledger.taken -= this.ledger.held
    this.ledger.held = 0
    if (waiting > 0) this.#note(`${waiting} records (${waitingBytes} bytes) wait in the spool for the next run`)
    try {
      await this.#spool.close()
    } finally {
      await this.#target?.close()
    }
  }

  /** Before anything is delivered, another target is opened for it: what it finds is told, and stops nothing. */
  async check(): Promise<string | undefined> {
    if (this.#target) return this.#target.check?.()
    const target = this.#make()
    try {
      await target.open()
      return await target.check?.()
    } catch (error) {
      return messageOf(error)
    } finally {
      await target.close().catch(() => {})
    }
  }

  report(): Readonly<Record<string, unknown>> {
    const { waiting, waitingBytes, bytes, dropped, lost, damagedBytes } = this.#spool.figures
    const spool = {
      waiting,
      waitingBytes,
      bytes,
      delivered: this.ledger.passed,
      deadLetters: this.ledger.used.get('dead letter') ?? 0,
      notDelivered: this.ledger.dropped.get('not written') ?? 0,
      dropped,
      lost,
      damagedBytes,
    }
    return { ...this.#target?.report?.(), spool }
  }

  async #deliver(): Promise<void> {
    const stop = this.#stop.signal
    const target = await this.#opened(stop)
    this.#target = target
    const { deadLetters } = this.#settings
    const delivery = new Delivery(target, this.ledger, this.#fault, { retry: this.#retry, deadLetters })
    for (;;) {
      const read = await this.#tryOn(() => this.#spool.next(this.#settings.atOnce, stop), stop)
      if (!read) return
      this.ledger.taken += read.page.length
      this.ledger.held += read.page.length
      await delivery.send(read.page, stop)
      await this.#spool.acknowledge(read.last)
    }
  }

  #opened(stop: AbortSignal): Promise<Transport> {
    return this.#tryOn(async () => {
      const target = this.#make()
      try {
        await target.open()
        return target
      } catch (error) {
        await target.close().catch(() => {})
        throw error
      }
    }, stop)
  }

  /** Until it succeeds; the first failure is told. */
  async #tryOn<T>(work: () => Promise<T>, stop: AbortSignal): Promise<T> {
    const pauses = new Pauses(this.#retry)
    for (let isTold = false; ; isTold = true) {
      try {
        return await work()
      } catch (error) {
        if (stop.aborted || !(error instanceof Fault)) throw error
        if (!isTold) this.#fault(new Fault('SFP_DELIVERY_AGAIN', { reason: error.message }, { level: 'warning' }), false)
        await pauses.pause(stop)
      }
    }
  }
}

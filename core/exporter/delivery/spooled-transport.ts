// SPDX-License-Identifier: Apache-2.0

import type { Chunk, DeliveryResult, Transport } from '../../contract/exporter.js'
import { Ledger } from '../../contract/ledger.js'
import { Fault } from '../../errors/fault.js'
import { messageOf } from '../../errors/reason.js'
import { withDeadline } from '../../errors/with-deadline.js'
import { convertPrefixes, type RecordPrefixes } from '../../spool/record-prefixes.js'
import type { ReadLimits } from '../../spool/segment.js'
import type { Spool } from '../../spool/spool.js'
import { chunkOfRecords } from '../chunk-records.js'
import { type DeadLetterSink, Delivery } from './delivery.js'
import { RetryBackoff, type RetrySettings } from './retry-backoff.js'

export interface SpooledTransportSettings {
  /** How the target is tried again; for how long is not asked: until it takes what waits. */
  readonly retry: RetrySettings
  /** Seconds that the end of a run waits for the spool to empty. */
  readonly drainSeconds: number
  /** What is read from the spool for one page of the target. */
  readonly readLimits: ReadLimits
  /** Of records that an earlier version has spooled; absent: none. */
  readonly prefixes?: RecordPrefixes | undefined
  readonly deadLetters?: DeadLetterSink | undefined
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
  readonly #createTransport: () => Transport
  readonly #spool: Spool
  readonly #settings: SpooledTransportSettings
  readonly #retry: RetrySettings
  readonly #reportFault: (fault: Error, lostData: boolean) => void
  readonly #logInfo: (text: string) => void
  readonly #stop = new AbortController()
  /** Once it is open. */
  #transport: Transport | undefined
  #delivering: Promise<void> | undefined
  /** Why nothing will be delivered any more. */
  #failure: unknown
  #isClosed = false

  /** `make` gives a new target: one that could not be opened is not used again. `note` hears what waits at the end. */
  constructor(
    createTransport: () => Transport,
    spool: Spool,
    settings: SpooledTransportSettings,
    fault: (fault: Error, lostData: boolean) => void,
    logInfo: (text: string) => void,
  ) {
    this.name = createTransport().name
    this.#createTransport = createTransport
    this.#spool = spool
    this.#settings = settings
    this.#retry = { ...settings.retry, seconds: Number.POSITIVE_INFINITY }
    this.#reportFault = fault
    this.#logInfo = logInfo
  }

  open(): Promise<void> {
    return this.#spool.open()
  }

  begin(): void {
    this.#delivering ??= this.#deliver().catch(error => {
      if (this.#stop.signal.aborted) return
      this.#failure = error
      // A reader that goes away is no failure, and the pipeline hears of it with the next page.
      if (!(error instanceof Fault) || error.code !== 'SFP_EXPORT_CLOSED')
        this.#reportFault(error instanceof Error ? error : new Error(messageOf(error)), false)
    })
  }

  async send(chunk: Chunk, abort: AbortSignal): Promise<DeliveryResult | undefined> {
    if (this.#failure !== undefined) throw this.#failure
    const fits = (record: number): boolean => this.#spool.fits(chunk, record)
    const records = [...chunk.ends.keys()]
    const fitting = records.filter(fits)
    const appended = await this.#spool.append(fitting.length === chunk.length ? chunk : chunkOfRecords(chunk, fitting), abort)
    if (appended === chunk.length) return undefined
    const reason = `it is larger than the ${this.#spool.maxRecordBytes} bytes that the spool takes`
    const rejected = records.filter(record => !fits(record)).map(recordIndex => ({ recordIndex, reason }))
    return { rejected, retryable: fitting.slice(appended), reason: 'the spool took a part only' }
  }

  /** Waits for a while until the spool is empty. */
  async finish(abort: AbortSignal): Promise<void> {
    const control = new AbortController()
    // Delivery that has failed will not empty it.
    const drained = Promise.race([this.#spool.whenEmpty(control.signal), this.#delivering])
    await withDeadline(drained, this.#settings.drainSeconds * 1000, abort).catch(() => {})
    control.abort()
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#stop.abort()
    await this.#delivering
    const { waiting, waitingBytes } = this.#spool.statistics
    // What was sent and not acknowledged stays in the spool.
    this.ledger.in -= this.ledger.held
    this.ledger.held = 0
    if (waiting > 0) this.#logInfo(`${waiting} records (${waitingBytes} bytes) wait in the spool for the next run`)
    try {
      await this.#spool.close()
    } finally {
      await this.#transport?.close()
    }
  }

  /** Before anything is delivered, another target is opened for it: what it finds is told, and stops nothing. */
  async check(): Promise<string | undefined> {
    if (this.#transport) return this.#transport.check?.()
    const transport = this.#createTransport()
    try {
      await transport.open()
      return await transport.check?.()
    } catch (error) {
      return messageOf(error)
    } finally {
      await transport.close().catch(() => {})
    }
  }

  report(): Readonly<Record<string, unknown>> {
    const { waiting, waitingBytes, bytes, dropped, lost, damagedBytes } = this.#spool.statistics
    const spool = {
      waiting,
      waitingBytes,
      bytes,
      delivered: this.ledger.out,
      deadLetters: this.ledger.filtered.get('dead letter') ?? 0,
      notDelivered: this.ledger.dropped.get('not written') ?? 0,
      dropped,
      lost,
      damagedBytes,
    }
    return { ...this.#transport?.report?.(), spool }
  }

  async #deliver(): Promise<void> {
    const stop = this.#stop.signal
    const transport = await this.#openTransport(stop)
    this.#transport = transport
    const { deadLetters } = this.#settings
    const delivery = new Delivery(transport, this.ledger, this.#reportFault, { retry: this.#retry, deadLetters })
    for (;;) {
      const batch = await this.#retryUntilStopped(() => this.#spool.next(this.#settings.readLimits, stop), stop)
      if (!batch) return
      this.ledger.in += batch.chunk.length
      this.ledger.held += batch.chunk.length
      await delivery.send(convertPrefixes(batch.chunk, this.#settings.prefixes ?? NO_PREFIXES), stop)
      await this.#spool.acknowledge(batch.last)
    }
  }

  #openTransport(stop: AbortSignal): Promise<Transport> {
    return this.#retryUntilStopped(async () => {
      const transport = this.#createTransport()
      try {
        await transport.open()
        return transport
      } catch (error) {
        await transport.close().catch(() => {})
        throw error
      }
    }, stop)
  }

  /** Until it succeeds; the first failure is told. */
  async #retryUntilStopped<T>(work: () => Promise<T>, stop: AbortSignal): Promise<T> {
    const backoff = new RetryBackoff(this.#retry)
    for (let isReported = false; ; isReported = true) {
      try {
        return await work()
      } catch (error) {
        if (stop.aborted || !(error instanceof Fault)) throw error
        if (!isReported)
          this.#reportFault(new Fault('SFP_DELIVERY_AGAIN', { reason: error.message }, { level: 'warning' }), false)
        await backoff.pause(stop)
      }
    }
  }
}

const NO_PREFIXES: RecordPrefixes = { ids: false, keys: false }

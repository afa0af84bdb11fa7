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
  /** Pauses between retries. The time limit is ignored: retries go on until the target accepts the records. */
  readonly retry: RetrySettings
  /** Seconds that the end of a run waits for the spool to empty. */
  readonly drainSeconds: number
  /** Limits of one read from the spool: one chunk of the target. */
  readonly readLimits: ReadLimits
  /** Prefixes of records that an earlier version spooled; absent: none. */
  readonly prefixes?: RecordPrefixes | undefined
  readonly deadLetters?: DeadLetterSink | undefined
}

/**
 * A transport with a disk buffer. For the pipeline a record is safe as soon as it is in the spool. From the spool records are
 * delivered at the speed of the target, each at least once, including records that an earlier run left. An unavailable target
 * stops neither the start nor the pipeline until the spool is full.
 */
export class SpooledTransport implements Transport {
  readonly name: string
  /** The ledger of records that leave the spool. */
  readonly ledger = new Ledger()
  readonly #createTransport: () => Transport
  readonly #spool: Spool
  readonly #settings: SpooledTransportSettings
  readonly #retry: RetrySettings
  readonly #reportFault: (fault: Error, lostData: boolean) => void
  readonly #logInfo: (text: string) => void
  readonly #stop = new AbortController()
  /** Defined once the target is open. */
  #transport: Transport | undefined
  #delivering: Promise<void> | undefined
  /** The error that ended delivery. */
  #failure: unknown
  #isClosed = false

  /**
   * `createTransport` returns a new transport with each call: one that failed to open is not reused. `logInfo` receives the
   * number of records that remain in the spool at the end.
   */
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
      // A closed reader is not an error, and the pipeline learns of it with the next chunk.
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
    const reason = `it is larger than the ${this.#spool.maxRecordBytes} bytes that the spool can hold`
    const rejected = records.filter(record => !fits(record)).map(recordIndex => ({ recordIndex, reason }))
    return { rejected, retryable: fitting.slice(appended), reason: 'the spool accepted only a part' }
  }

  /** Waits until the spool is empty, for `drainSeconds` at most. */
  async finish(abort: AbortSignal): Promise<void> {
    const control = new AbortController()
    // Failed delivery cannot empty the spool, so its end also ends the wait.
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
    // Records that were sent and not acknowledged stay in the spool.
    this.ledger.in -= this.ledger.held
    this.ledger.held = 0
    if (waiting > 0) this.#logInfo(`${waiting} records (${waitingBytes} bytes) remain in the spool for the next run`)
    try {
      await this.#spool.close()
    } finally {
      await this.#transport?.close()
    }
  }

  /** Before delivery starts, opens another transport for the check. The check returns what is wrong and stops nothing. */
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

  /** Repeats `work` until it succeeds or `stop` fires; reports the first failure. */
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

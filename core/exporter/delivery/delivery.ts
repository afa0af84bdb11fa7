// SPDX-License-Identifier: Apache-2.0
import type { Chunk, DeliveryResult, RejectedRecord, Transport } from '../../contract/exporter.js'
import type { Ledger } from '../../contract/ledger.js'
import { Fault } from '../../errors/fault.js'
import { messageOf } from '../../errors/reason.js'
import { chunkOfRecords } from '../chunk-records.js'
import { RetryBackoff, type RetrySettings } from './retry-backoff.js'

/** Stores records that the target rejects permanently, so that an operator can inspect and replay them. */
export interface DeadLetterSink {
  /** Rejects if the sink cannot store records. Called once, before all other functions. */
  open?(): Promise<void>
  /** Resolves when the records are stored. `refusals` are in the order of the chunk. */
  put(chunk: Chunk, refusals: readonly RejectedRecord[]): Promise<void>
  close(): Promise<void>
}

export interface DeliverySettings {
  readonly retry: RetrySettings
  readonly deadLetters?: DeadLetterSink | undefined
}

/**
 * Delivers chunks to one target and keeps the ledger of the exporter: delivered records count as out, rejected ones as dropped or
 * as dead letters. After a temporary failure the delivery retries with growing pauses, for as long as the settings allow.
 */
export class Delivery {
  readonly #transport: Transport
  readonly #ledger: Ledger
  readonly #reportFault: (fault: Error, lostData: boolean) => void
  readonly #retry: RetrySettings
  readonly #deadLetters: DeadLetterSink | undefined
  #chunks = 0
  #bytes = 0
  #retries = 0
  #isFailing = false
  /** Whether records were lost since the target last accepted a whole chunk. */
  #hasLostRecords = false

  constructor(
    transport: Transport,
    ledger: Ledger,
    fault: (fault: Error, lostData: boolean) => void,
    { retry, deadLetters }: DeliverySettings,
  ) {
    this.#transport = transport
    this.#ledger = ledger
    this.#reportFault = fault
    this.#retry = retry
    this.#deadLetters = deadLetters
  }

  async open(): Promise<void> {
    await this.#deadLetters?.open?.()
    await this.#transport.open()
  }

  /** Starts a run, which may send records. */
  begin(): void {
    this.#transport.begin?.()
  }

  /** Ends a run: no chunk follows. The transport gets time to finish pending work. */
  async finish(abort: AbortSignal): Promise<void> {
    await this.#transport.finish?.(abort)
  }

  check(): Promise<string | undefined> {
    return this.#transport.check?.() ?? Promise.resolve(undefined)
  }

  /**
   * Resolves when each record of the chunk is safe, a dead letter, or counted as dropped. Of consecutive failures it reports the
   * first, and the first that lost records. Rejects when the target accepts nothing more and when `abort` fires: the records of
   * the chunk then still count as held.
   */
  async send(chunk: Chunk, abort: AbortSignal): Promise<void> {
    const backoff = new RetryBackoff(this.#retry)
    for (let rest: Chunk | undefined = chunk; rest; ) {
      const sent: Chunk = rest
      try {
        const outcome = await rejectOnAbort(this.#transport.send(sent, abort), abort)
        rest = outcome ? await this.#settleOutcome(sent, outcome) : undefined
        if (!outcome) {
          this.#countDelivered(sent.length, sent.bytes.length)
          this.#isFailing = false
          this.#hasLostRecords = false
        }
        if (!rest) break
        if (rest.length < sent.length) backoff.restart()
        if (await this.#waitForRetry(backoff, outcome?.reason ?? '', abort)) continue
        const reason = outcome?.reason ?? ''
        await this.#rejectChunk(rest, new Fault('SFP_DELIVERY_GIVEN_UP', { reason, seconds: this.#retry.seconds }))
      } catch (error) {
        // Records of an aborted chunk are counted at the end of the run, whatever the reason of the abort.
        if (abort.aborted) throw abort.reason
        if (!(error instanceof Fault) || error.code === 'SFP_EXPORT_CLOSED') throw error
        if (error.isTemporary && (await this.#waitForRetry(backoff, error.message, abort))) continue
        await this.#rejectChunk(sent, error)
      }
      break
    }
  }

  /** Counts the records that are still held as dropped; they will not be sent. */
  dropHeld(): void {
    this.#ledger.drop('not written', this.#ledger.held)
    this.#ledger.held = 0
  }

  async close(): Promise<void> {
    try {
      await this.#transport.close()
    } finally {
      await this.#deadLetters?.close()
    }
  }

  report(format: string): Readonly<Record<string, unknown>> {
    return {
      transport: this.#transport.name,
      format,
      records: this.#ledger.out,
      bytes: this.#bytes,
      pages: this.#chunks,
      ...(this.#retries > 0 ? { retries: this.#retries } : {}),
      ...this.#transport.report?.(),
    }
  }

  #countDelivered(records: number, bytes: number): void {
    this.#ledger.out += records
    this.#ledger.held -= records
    this.#bytes += bytes
    this.#chunks++
  }

  /** Enters the outcome of a chunk in the ledger; returns the records to send again. */
  async #settleOutcome(chunk: Chunk, { rejected, retryable }: DeliveryResult): Promise<Chunk | undefined> {
    const rest = retryable.length > 0 ? chunkOfRecords(chunk, retryable) : undefined
    const refusedChunk = chunkOfRecords(
      chunk,
      rejected.map(({ recordIndex }) => recordIndex),
    )
    const records = chunk.length - refusedChunk.length - retryable.length
    if (records > 0) this.#countDelivered(records, chunk.bytes.length - refusedChunk.bytes.length - (rest?.bytes.length ?? 0))
    if (rejected.length > 0) {
      const reasons = rejected.map(({ reason }, recordIndex) => ({ recordIndex, reason }))
      await this.#deadLetterOrDrop(
        refusedChunk,
        reasons,
        new Fault('SFP_DELIVERY_REFUSED', { records: rejected.length, reason: reasons[0]?.reason ?? '' }),
      )
    }
    return rest
  }

  #rejectChunk(chunk: Chunk, fault: Fault): Promise<void> {
    const reason = fault.message
    const refusals = Array.from({ length: chunk.length }, (_, recordIndex) => ({ recordIndex, reason }))
    return this.#deadLetterOrDrop(chunk, refusals, fault)
  }

  async #deadLetterOrDrop(chunk: Chunk, refusals: readonly RejectedRecord[], fault: Fault): Promise<void> {
    let isDeadLettered = false
    let reported = fault
    try {
      await this.#deadLetters?.put(chunk, refusals)
      isDeadLettered = this.#deadLetters !== undefined
    } catch (error) {
      reported =
        error instanceof Fault ? error : new Fault('SFP_DELIVERY_DEAD_LETTERS', { reason: messageOf(error) }, { cause: error })
      this.#isFailing = false
    }
    if (isDeadLettered) this.#ledger.filter('dead letter', chunk.length)
    else this.#ledger.drop('not written', chunk.length)
    this.#ledger.held -= chunk.length
    // A loss is reported even if the failure of the target was reported before: the exit status depends on the loss.
    if (!this.#isFailing || !(isDeadLettered || this.#hasLostRecords)) this.#reportFault(reported, !isDeadLettered)
    this.#isFailing = true
    this.#hasLostRecords ||= !isDeadLettered
  }

  /** Waits before the next retry; returns false if no time is left for one. */
  async #waitForRetry(backoff: RetryBackoff, reason: string, abort: AbortSignal): Promise<boolean> {
    if (!backoff.hasTimeLeft) return false
    this.#retries++
    if (!this.#isFailing) this.#reportFault(new Fault('SFP_DELIVERY_AGAIN', { reason }, { level: 'warning' }), false)
    this.#isFailing = true
    await backoff.pause(abort)
    return true
  }
}

/** Settles as `work`; rejects earlier if `abort` fires. */
function rejectOnAbort<T>(work: Promise<T>, abort: AbortSignal): Promise<T> {
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

// SPDX-License-Identifier: Apache-2.0
import type { Chunk, DeliveryResult, RejectedRecord, Transport } from '../../contract/exporter.js'
import type { Ledger } from '../../contract/ledger.js'
import { Fault } from '../../errors/fault.js'
import { messageOf } from '../../errors/reason.js'
import { chunkOfRecords } from '../chunk-records.js'
import { RetryBackoff, type RetrySettings } from './retry-backoff.js'

/** Where records go that their target will never take, so that somebody can look at them and send them again. */
export interface DeadLetterSink {
  /** Rejects if there is no place for them. Called once, before all else. */
  open?(): Promise<void>
  /** Resolves when the records are kept. `refusals` are in the order of the page. */
  put(chunk: Chunk, refusals: readonly RejectedRecord[]): Promise<void>
  close(): Promise<void>
}

export interface DeliverySettings {
  readonly retry: RetrySettings
  readonly deadLetters?: DeadLetterSink | undefined
}

/**
 * The way of pages to one target, and the books of it: what has arrived has passed, what was refused is dropped or a dead
 * letter. What fails for a reason that may pass is sent again, after pauses that grow, for as long as the settings say.
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
  /** Since the target last took a whole page. */
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

  /** There will be records, or may be. */
  begin(): void {
    this.#transport.begin?.()
  }

  /** No more will be sent: what the transport has under way gets some time. */
  async finish(abort: AbortSignal): Promise<void> {
    await this.#transport.finish?.(abort)
  }

  check(): Promise<string | undefined> {
    return this.#transport.check?.() ?? Promise.resolve(undefined)
  }

  /**
   * Resolves when each record of the page is safe, a dead letter, or counted as dropped; of a row of failures the first is
   * told, and the first that lost records. Rejects when the target will take nothing more and when `abort` fires: its records
   * are then held still.
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
        // What was aborted is counted at the end, whatever it was aborted for.
        if (abort.aborted) throw abort.reason
        if (!(error instanceof Fault) || error.code === 'SFP_EXPORT_CLOSED') throw error
        if (error.isTemporary && (await this.#waitForRetry(backoff, error.message, abort))) continue
        await this.#rejectChunk(sent, error)
      }
      break
    }
  }

  /** What is held still will not be sent any more. */
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

  /** Books what became of the records of a page; returns those that are to be sent again. */
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
    // That records were lost is told even if it was told before that the target fails: the exit status depends on it.
    if (!this.#isFailing || !(isDeadLettered || this.#hasLostRecords)) this.#reportFault(reported, !isDeadLettered)
    this.#isFailing = true
    this.#hasLostRecords ||= !isDeadLettered
  }

  /** Waits for the next try; false if there will be none. */
  async #waitForRetry(backoff: RetryBackoff, reason: string, abort: AbortSignal): Promise<boolean> {
    if (!backoff.hasTimeLeft) return false
    this.#retries++
    if (!this.#isFailing) this.#reportFault(new Fault('SFP_DELIVERY_AGAIN', { reason }, { level: 'warning' }), false)
    this.#isFailing = true
    await backoff.pause(abort)
    return true
  }
}

/** `work`, unless `abort` fires first. */
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

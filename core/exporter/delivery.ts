// SPDX-License-Identifier: Apache-2.0
import type { Delivered, Page, Refusal, Transport } from '../contract/exporter.js'
import type { Ledger } from '../contract/ledger.js'
import { Fault } from '../errors/fault.js'
import { messageOf } from '../errors/reason.js'
import { pageOf } from './part-of-page.js'
import { Pauses, type Retry } from './pauses.js'

/** Where records go that their target will never take, so that somebody can look at them and send them again. */
export interface DeadLetters {
  /** Rejects if there is no place for them. Called once, before all else. */
  open?(): Promise<void>
  /** Resolves when the records are kept. `refusals` are in the order of the page. */
  put(page: Page, refusals: readonly Refusal[]): Promise<void>
  close(): Promise<void>
}

export interface DeliverySettings {
  readonly retry: Retry
  readonly deadLetters?: DeadLetters | undefined
}

/**
 * The way of pages to one target, and the books of it: what has arrived has passed, what was refused is dropped or a dead
 * letter. What fails for a reason that may pass is sent again, after pauses that grow, for as long as the settings say.
 */
export class Delivery {
  readonly #transport: Transport
  readonly #ledger: Ledger
  readonly #fault: (fault: Error, lostData: boolean) => void
  readonly #retry: Retry
  readonly #deadLetters: DeadLetters | undefined
  #pages = 0
  #bytes = 0
  #retries = 0
  #isFailing = false
  /** Since the target last took a whole page. */
  #hasLost = false

  constructor(
    transport: Transport,
    ledger: Ledger,
    fault: (fault: Error, lostData: boolean) => void,
    { retry, deadLetters }: DeliverySettings,
  ) {
    this.#transport = transport
    this.#ledger = ledger
    this.#fault = fault
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
  async send(page: Page, abort: AbortSignal): Promise<void> {
    const pauses = new Pauses(this.#retry)
    for (let rest: Page | undefined = page; rest; ) {
      const sent: Page = rest
      try {
        const outcome = await orAbort(this.#transport.send(sent, abort), abort)
        rest = outcome ? await this.#sortOut(sent, outcome) : undefined
        if (!outcome) {
          this.#arrived(sent.length, sent.bytes.length)
          this.#isFailing = false
          this.#hasLost = false
        }
        if (!rest) break
        if (rest.length < sent.length) pauses.begin()
        if (await this.#pause(pauses, outcome?.reason ?? '', abort)) continue
        const reason = outcome?.reason ?? ''
        await this.#refuse(rest, new Fault('SFP_DELIVERY_GIVEN_UP', { reason, seconds: this.#retry.seconds }))
      } catch (error) {
        // What was aborted is counted at the end, whatever it was aborted for.
        if (abort.aborted) throw abort.reason
        if (!(error instanceof Fault) || error.code === 'SFP_EXPORT_CLOSED') throw error
        if (error.isTemporary && (await this.#pause(pauses, error.message, abort))) continue
        await this.#refuse(sent, error)
      }
      break
    }
  }

  /** What is held still will not be sent any more. */
  giveUp(): void {
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
      records: this.#ledger.passed,
      bytes: this.#bytes,
      pages: this.#pages,
      ...(this.#retries > 0 ? { retries: this.#retries } : {}),
      ...this.#transport.report?.(),
    }
  }

  #arrived(records: number, bytes: number): void {
    this.#ledger.passed += records
    this.#ledger.held -= records
    this.#bytes += bytes
    this.#pages++
  }

  /** Books what became of the records of a page; returns those that are to be sent again. */
  async #sortOut(page: Page, { refused, again }: Delivered): Promise<Page | undefined> {
    const rest = again.length > 0 ? pageOf(page, again) : undefined
    const unsent = pageOf(
      page,
      refused.map(({ record }) => record),
    )
    const records = page.length - unsent.length - again.length
    if (records > 0) this.#arrived(records, page.bytes.length - unsent.bytes.length - (rest?.bytes.length ?? 0))
    if (refused.length > 0) {
      const reasons = refused.map(({ reason }, record) => ({ record, reason }))
      await this.#putAside(
        unsent,
        reasons,
        new Fault('SFP_DELIVERY_REFUSED', { records: refused.length, reason: reasons[0]?.reason ?? '' }),
      )
    }
    return rest
  }

  #refuse(page: Page, fault: Fault): Promise<void> {
    const reason = fault.message
    const refusals = Array.from({ length: page.length }, (_, record) => ({ record, reason }))
    return this.#putAside(page, refusals, fault)
  }

  async #putAside(page: Page, refusals: readonly Refusal[], fault: Fault): Promise<void> {
    let isKept = false
    let told = fault
    try {
      await this.#deadLetters?.put(page, refusals)
      isKept = this.#deadLetters !== undefined
    } catch (error) {
      told =
        error instanceof Fault ? error : new Fault('SFP_DELIVERY_DEAD_LETTERS', { reason: messageOf(error) }, { cause: error })
      this.#isFailing = false
    }
    if (isKept) this.#ledger.use('dead letter', page.length)
    else this.#ledger.drop('not written', page.length)
    this.#ledger.held -= page.length
    // That records were lost is told even if it was told before that the target fails: the exit status depends on it.
    if (!this.#isFailing || !(isKept || this.#hasLost)) this.#fault(told, !isKept)
    this.#isFailing = true
    this.#hasLost ||= !isKept
  }

  /** Waits for the next try; false if there will be none. */
  async #pause(pauses: Pauses, reason: string, abort: AbortSignal): Promise<boolean> {
    if (!pauses.isLeft) return false
    this.#retries++
    if (!this.#isFailing) this.#fault(new Fault('SFP_DELIVERY_AGAIN', { reason }, { level: 'warning' }), false)
    this.#isFailing = true
    await pauses.pause(abort)
    return true
  }
}

/** `work`, unless `abort` fires first. */
function orAbort<T>(work: Promise<T>, abort: AbortSignal): Promise<T> {
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

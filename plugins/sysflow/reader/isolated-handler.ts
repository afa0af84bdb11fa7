// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../../core/contract/batch.js'
import type { Host } from '../../../core/contract/host.js'
import type { Ledger } from '../../../core/contract/ledger.js'
import { isObject } from '../../../core/contract/objects.js'
import type { Report } from '../../../core/contract/report.js'
import { FaultLimiter } from '../../../core/errors/fault-limiter.js'
import { wrapPluginError } from '../../../core/errors/plugin-error.js'
import { withDeadline } from '../../../core/errors/with-deadline.js'
import type { SysFlowEntity } from '../entities/sysflow-entity.js'
import type { EventColumns } from './event-columns.js'
import type { Handler } from './handler.js'

/**
 * Isolates the errors of a handler: they are reported under its name, and lose only the batch that the handler was processing.
 */
export class IsolatedHandler {
  readonly #name: string
  readonly #handler: Handler
  readonly #host: Host
  readonly #faults: FaultLimiter
  #hasClosed = false
  #hasReportedReportFault = false

  constructor(name: string, handler: Handler, host: Host) {
    this.#name = name
    this.#handler = handler
    this.#host = host
    this.#faults = new FaultLimiter(fault => host.reportFault(fault, true), { plugin: { kind: 'handler', name } })
  }

  get handlesEvents(): boolean {
    return this.#handler.events !== undefined
  }

  get handlesEntities(): boolean {
    return this.#handler.entity !== undefined
  }

  open(): Promise<void> {
    return this.#withFaultContext('open', () => this.#handler.open?.())
  }

  async close(): Promise<void> {
    if (this.#hasClosed) return
    this.#hasClosed = true
    // The deadline of the whole stage ends soon after this one.
    const reportSlowClose = (): void => this.#reportFault('close', new Error(`no answer for ${SLOW_CLOSE_SECONDS} s`))
    const timer = setTimeout(reportSlowClose, SLOW_CLOSE_SECONDS * 1000)
    try {
      await this.#withFaultContext('close', () => this.#handler.close?.())
    } finally {
      clearTimeout(timer)
    }
  }

  check(): Promise<string | undefined> {
    return this.#withFaultContext('check', () => this.#handler.check?.())
  }

  /**
   * Figures of the handler as plain JSON. A value that is not JSON would break the whole summary, so it is reported once
   * instead.
   */
  report(): Report | undefined {
    try {
      const report = this.#handler.report?.()
      return report && JSON.parse(JSON.stringify(report))
    } catch (error) {
      if (!this.#hasReportedReportFault) this.#reportFault('report', error)
      this.#hasReportedReportFault = true
      return undefined
    }
  }

  /**
   * Passes rows to the handler, which owns them from now on. Returns the batch to send, or undefined if there is none. It
   * updates the ledger, except for `out`. Rejects if the handler has not resolved when `abort` fires.
   */
  async events(rows: EventColumns, ledger: Ledger, abort: AbortSignal): Promise<Batch | undefined> {
    // `length` is read first: after the handler has released the rows, they may be empty or contain other records.
    const { length } = rows
    try {
      const result = this.#handler.events?.(rows)
      const output = isPromiseLike(result) ? await this.#awaitResult(result, abort) : result
      if (output === rows) return output
      if (output !== undefined && !isBatch(output)) throw new TypeError('it returned no batch')
      ledger.filter('handled', length)
      if (output === undefined) return undefined
      ledger.created += output.length
      return output
    } catch (error) {
      abort.throwIfAborted()
      ledger.drop(`handler "${this.#name}" failed`, length)
      this.#reportFault('events', error)
      releaseQuietly(rows)
      return undefined
    }
  }

  entity(entity: SysFlowEntity): void {
    try {
      this.#handler.entity?.(entity)
    } catch (error) {
      this.#reportFault('entity', error)
    }
  }

  /** Reports the number of faults of this input that were not reported individually. */
  finish(): void {
    this.#faults.finish(this.#host.stage)
  }

  async #awaitResult(result: PromiseLike<Batch | undefined>, abort: AbortSignal): Promise<Batch | undefined> {
    try {
      return await withDeadline(result, Number.POSITIVE_INFINITY, abort)
    } catch (error) {
      if (abort.aborted && error === abort.reason) this.#reportFault('events', new Error('no answer when the run was aborted'))
      throw error
    }
  }

  async #withFaultContext<T>(method: string, call: () => Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await call()
    } catch (error) {
      throw this.#faultOf(method, error)
    }
  }

  #reportFault(method: string, error: unknown): void {
    this.#faults.add(this.#faultOf(method, error))
  }

  #faultOf(method: string, error: unknown): ReturnType<typeof wrapPluginError> {
    return wrapPluginError({ kind: 'handler', name: this.#name }, method, error, this.#host.stage)
  }
}

const SLOW_CLOSE_SECONDS = 4

/** Accepts promises of any implementation. */
const isPromiseLike = (result: Batch | undefined | PromiseLike<Batch | undefined>): result is PromiseLike<Batch | undefined> =>
  isObject(result) && 'then' in result

const isBatch = (output: unknown): output is Batch =>
  isObject(output) && typeof output.length === 'number' && typeof output.release === 'function'

/** A failed handler may or may not have released the rows before it failed. */
function releaseQuietly(rows: EventColumns): void {
  try {
    rows.release()
  } catch {
    // The handler has already released them.
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../core/contract/batch.js'
import type { Handler } from './handler.js'
import type { Ledger } from '../../../core/contract/ledger.js'
import type { Report } from '../../../core/contract/report.js'
import type { Host } from '../../../core/contract/stage.js'
import { pluginFault } from '../../../core/errors/plugin-fault.js'
import type { EventColumns } from './event-columns.js'
import { FewFaults } from '../../../core/errors/fault-limiter.js'
import type { SysFlowEntity } from '../entities/sysflow-entity.js'

/** A handler whose faults stay its own: they are told under its name, and cost no more than what it was given. */
export class ContainedHandler {
  readonly #name: string
  readonly #handler: Handler<EventColumns, SysFlowEntity>
  readonly #host: Host
  readonly #faults: FewFaults
  #hasClosed = false
  #hasToldReport = false

  constructor(name: string, handler: Handler<EventColumns, SysFlowEntity>, host: Host) {
    this.#name = name
    this.#handler = handler
    this.#host = host
    this.#faults = new FewFaults(fault => host.fault(fault, true))
  }

  get wantsEvents(): boolean {
    return this.#handler.events !== undefined
  }

  get wantsEntities(): boolean {
    return this.#handler.entity !== undefined
  }

  open(): Promise<void> {
    return this.#named('open', () => this.#handler.open?.())
  }

  async close(): Promise<void> {
    if (this.#hasClosed) return
    this.#hasClosed = true
    // Soon after, the whole stage is no longer waited for.
    const tell = (): void => this.#tell('close', new Error(`it has not answered for ${SLOW_SECONDS} s`))
    const timer = setTimeout(tell, SLOW_SECONDS * 1000)
    try {
      await this.#named('close', () => this.#handler.close?.())
    } finally {
      clearTimeout(timer)
    }
  }

  check(): Promise<string | undefined> {
    return this.#named('check', () => this.#handler.check?.())
  }

  /** Figures of its own as plain JSON: what is none would take the whole summary with it, and is told once. */
  report(): Report | undefined {
    try {
      const report = this.#handler.report?.()
      return report && JSON.parse(JSON.stringify(report))
    } catch (error) {
      if (!this.#hasToldReport) this.#tell('report', error)
      this.#hasToldReport = true
      return undefined
    }
  }

  /**
   * What the handler makes of rows that are given away to it; nothing if there is nothing to pass on. Keeps the books of it, but
   * for `passed`. Rejects if it has not answered when `abort` fires.
   */
  async events(rows: EventColumns, ledger: Ledger, abort: AbortSignal): Promise<Batch | undefined> {
    // They may be empty, or full of others, once the handler has released them.
    const { length } = rows
    try {
      const answer = this.#handler.events?.(rows)
      const made = isPending(answer) ? await this.#answered(answer, abort) : answer
      if (made === rows) return made
      if (made !== undefined && !isBatch(made)) throw new TypeError('it returned no batch')
      ledger.use('handled', length)
      if (made === undefined) return undefined
      ledger.made += made.length
      return made
    } catch (error) {
      abort.throwIfAborted()
      ledger.drop(`handler "${this.#name}" failed`, length)
      this.#tell('events', error)
      letGo(rows)
      return undefined
    }
  }

  entity(entity: SysFlowEntity): void {
    try {
      this.#handler.entity?.(entity)
    } catch (error) {
      this.#tell('entity', error)
    }
  }

  /** Of one input: what was not told one by one. */
  finish(): void {
    this.#faults.finish(this.#host.stage)
  }

  async #answered(answer: PromiseLike<Batch | undefined>, abort: AbortSignal): Promise<Batch | undefined> {
    let giveUp = (): void => {}
    const aborted = new Promise<never>((_, reject) => {
      giveUp = () => {
        this.#tell('events', new Error('it had not answered when the run was aborted'))
        reject(abort.reason)
      }
    })
    abort.addEventListener('abort', giveUp, { once: true })
    if (abort.aborted) giveUp()
    try {
      return await Promise.race([answer, aborted])
    } finally {
      abort.removeEventListener('abort', giveUp)
    }
  }

  async #named<T>(step: string, call: () => Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await call()
    } catch (error) {
      throw this.#fault(step, error)
    }
  }

  #tell(step: string, error: unknown): void {
    this.#faults.add(this.#fault(step, error))
  }

  #fault(step: string, error: unknown): ReturnType<typeof pluginFault> {
    return pluginFault({ kind: 'handler', name: this.#name }, step, error, this.#host.stage)
  }
}

const SLOW_SECONDS = 4

/** Of whatever make the promise is. */
const isPending = (answer: Batch | undefined | PromiseLike<Batch | undefined>): answer is PromiseLike<Batch | undefined> =>
  typeof answer === 'object' && answer !== null && 'then' in answer

const isBatch = (made: unknown): made is Batch =>
  typeof made === 'object' &&
  made !== null &&
  'length' in made &&
  typeof made.length === 'number' &&
  'release' in made &&
  typeof made.release === 'function'

/** Nobody knows whether a handler that failed had released them before. */
function letGo(rows: EventColumns): void {
  try {
    rows.release()
  } catch {
    // It had.
  }
}

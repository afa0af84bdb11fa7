// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../core/contract/batch.js'
import type { Ledger } from '../../core/contract/ledger.js'
import { type Report, sumReports } from '../../core/contract/report.js'
import type { Receiver, Sender, Stage } from '../../core/contract/stage.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { FaultLimiter } from '../../core/errors/fault-limiter.js'
import { wrapPluginError } from '../../core/errors/plugin-error.js'
import { StageTraffic, type StageTrafficOptions } from './stage-traffic.js'
import type { StagePlan } from './wiring.js'

export interface RestartingStageOptions extends StageTrafficOptions {
  readonly plan: Pick<StagePlan, 'name' | 'plugin' | 'isExternal'>
  create(): Stage
  reportFault(fault: Fault): void
}

/**
 * A stage whose errors cost the current batch and not the run (`onError: continue`). After `run` has thrown, the records that the
 * stage had received and not accounted for are counted as dropped, and `run` is called again with the rest of the input: on the
 * same instance if its plugin allows it (`isPartitionable`), else on a new one, which takes over the counts of the old one.
 * A {@link Fault} of a built-in stage is meant to end the run and does.
 */
export class RestartingStage implements Stage {
  readonly #options: RestartingStageOptions
  readonly #traffic: StageTraffic
  readonly #faults: FaultLimiter
  /** Of all previous instances. */
  #finishedReport: Report | undefined
  #stage: Stage
  /** Records that the previous instances have received and sent. */
  #previous = { in: 0, out: 0 }

  constructor(options: RestartingStageOptions) {
    this.#options = options
    this.#traffic = new StageTraffic(options)
    this.#faults = new FaultLimiter(options.reportFault, { plugin: options.plan.plugin })
    this.#stage = options.create()
  }

  get ledger(): Ledger {
    return this.#stage.ledger
  }

  async open(): Promise<void> {
    await this.#stage.open?.()
  }

  async run(input: Receiver<Batch>, output: Sender<Batch>, abort: AbortSignal): Promise<void> {
    const traffic = this.#traffic
    traffic.beginInput()
    try {
      for (let failures = 0; ; ) {
        const { batches } = traffic
        try {
          return await this.#stage.run(traffic.receiver(input), traffic.sender(output), abort)
        } catch (error) {
          if (abort.aborted || this.#isMeantToStop(error)) throw error
          failures = traffic.batches > batches ? 0 : failures + 1
          if (failures > MAX_RESTARTS_WITHOUT_PROGRESS) throw error
          this.#faults.add(() => this.#faultOf(error))
          traffic.settleLedger(this.ledger, this.#previous, `plugin "${this.#options.plan.plugin.name}" failed`)
          traffic.releaseAtHand()
          if (traffic.hasInputEnded) return
          if (this.#options.plan.plugin.isPartitionable !== true) await this.#replace()
        }
      }
    } finally {
      this.#faults.finish(this.#where)
    }
  }

  async close(): Promise<void> {
    await this.#stage.close?.()
    this.#traffic.releaseUncertain()
  }

  check(): Promise<string | undefined> {
    return this.#stage.check?.() ?? Promise.resolve(undefined)
  }

  report(): Report {
    const report = this.#stage.report?.() ?? {}
    if (this.#finishedReport === undefined) return report
    return (this.#options.plan.plugin.mergeReports ?? sumReports)([this.#finishedReport, report])
  }

  /** Throws if a new instance cannot be created or opened: that ends the run. */
  async #replace(): Promise<void> {
    const { ledger } = this
    this.#finishedReport = this.report()
    try {
      await this.#stage.close?.()
    } catch (error) {
      this.#faults.add(() => this.#faultOf(error, 'close'))
    }
    this.#stage = this.#options.create()
    addCounts(this.#stage.ledger, ledger)
    this.#previous = { in: ledger.in, out: ledger.out }
    this.#traffic.beginInstance()
    await this.#stage.open?.()
  }

  #isMeantToStop(error: unknown): boolean {
    if (error instanceof Fault && error.code === 'SFP_EXPORT_CLOSED') return true
    return !this.#options.plan.isExternal && (error instanceof Fault || error instanceof Faults)
  }

  get #where(): string {
    return `stage "${this.#options.plan.name}"`
  }

  #faultOf(error: unknown, step = 'run'): Fault {
    return wrapPluginError(this.#options.plan.plugin, step, error, this.#where)
  }
}

/** Consecutive runs that failed before they received a batch; a further one would fail as well. */
const MAX_RESTARTS_WITHOUT_PROGRESS = 3

function addCounts(ledger: Ledger, counts: Ledger): void {
  ledger.in += counts.in
  ledger.created += counts.created
  ledger.out += counts.out
  for (const [reason, records] of counts.filtered) ledger.filter(reason, records)
  for (const [reason, records] of counts.dropped) ledger.drop(reason, records)
}

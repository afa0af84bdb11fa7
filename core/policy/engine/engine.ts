// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Receiver, Sender } from '../../contract/channel.js'
import { Ledger } from '../../contract/ledger.js'
import type { Source } from '../../contract/source.js'
import type { Host, Stage } from '../../contract/stage.js'
import { JudgedBatch } from '../../contract/verdict.js'
import { Fault } from '../../errors/fault.js'
import { Docket } from '../compile/docket.js'
import type { Plan } from '../compile/plan.js'
import { seatsFor } from '../compile/seats.js'
import type { Rule } from '../policy.js'
import type { Actions, PreparedActions } from './actions/actions.js'
import { fingerprintOf } from './fingerprint.js'
import { type LoadPolicies, loadPlan } from './load-plan.js'
import type { EngineSettings } from './options.js'
import type { PolicyMonitor } from './policy-monitor.js'
import { addedCosts, costsOf, type RuleCost } from './rule-costs.js'
import { Tally } from './tally.js'

/** Judges records: drops what a filter names, says which rules each of the others matches, and passes on what the mode wants. */
export class PolicyEngine<B extends Batch> implements Stage {
  readonly ledger = new Ledger()
  readonly #settings: EngineSettings
  readonly #source: Source<B>
  readonly #load: LoadPolicies
  readonly #host: Host
  /** Names this engine's notes on entities, under every plan that it will have. */
  readonly #seats: readonly object[]
  readonly #docket = new Docket()
  readonly #unjudged = new Unjudged()
  readonly #tally = new Tally()
  readonly #makeActions: () => Promise<Actions<B>>
  #plan: Plan<B> | undefined
  #ruleActions: PreparedActions<B>['ruleActions'] = null
  /** Made when a rule first names one. */
  #actions: Actions<B> | undefined
  #monitor: PolicyMonitor | undefined
  /** Under earlier plans. */
  #spent: readonly RuleCost[] | undefined
  #fingerprint = ''
  #alerts = 0
  #reloads = 0

  constructor(
    settings: EngineSettings,
    source: Source<B>,
    load: LoadPolicies,
    makeActions: () => Promise<Actions<B>>,
    host: Host,
  ) {
    this.#settings = settings
    this.#source = source
    this.#load = load
    this.#makeActions = makeActions
    this.#host = host
    this.#seats = seatsFor(source)
  }

  async open(): Promise<void> {
    const { policies, isMonitored, monitorInterval } = this.#settings
    if (policies === undefined) return
    // Taken before the files are read, so that no change falls between the two.
    this.#fingerprint = fingerprintOf(policies)
    this.#enforce(await this.#ruleSetFrom(policies))
    if (!isMonitored && !this.#host.onReload) return
    const { PolicyMonitor } = await import('./policy-monitor.js')
    const settings = { path: policies, isWatched: isMonitored, interval: monitorInterval }
    this.#monitor = new PolicyMonitor(settings, this.#fingerprint, () => this.#prepare(policies), this.#host)
    await this.#monitor.start()
  }

  async run(input: Receiver<B>, output: Sender<JudgedBatch<B>>, abort: AbortSignal): Promise<void> {
    for await (const batch of input) {
      abort.throwIfAborted()
      if (batch instanceof JudgedBatch) throw new Fault('SFP_ENGINE_JUDGED_TWICE', {}, { where: this.#host.stage })
      const judged = this.#judge(batch)
      if (judged === undefined) batch.release()
      else await this.#pass(judged, output)
    }
  }

  async close(): Promise<void> {
    await this.#monitor?.stop()
    await this.#actions?.close()
  }

  report(): Readonly<Record<string, unknown>> {
    const plan = this.#plan
    const tally = plan ? this.#tally.copy().add(plan.policy.rules, plan.matched) : this.#tally
    const costs = this.#costs()
    const actions = this.#actions?.report()
    return {
      rules: plan?.policy.rules.length ?? 0,
      filters: plan?.policy.filters.length ?? 0,
      inactive: plan?.inactive.map(({ name }) => name) ?? [],
      alerts: this.#alerts,
      byPriority: tally.byPriority,
      byRule: tally.byRule,
      ...(actions ? { actions } : {}),
      ...(costs ? { costs } : {}),
      ...(this.#plan ? { ruleSet: this.#fingerprint.slice(0, SHOWN_DIGITS) } : {}),
      ...(this.#settings.isMonitored || this.#reloads > 0 ? { reloads: this.#reloads } : {}),
    }
  }

  /** What rules have cost under all plans; undefined: it is not measured. */
  #costs(): readonly RuleCost[] | undefined {
    const costs = this.#plan && costsOf(this.#plan)
    return costs && addedCosts([this.#spent ?? [], costs])
  }

  /** Undefined: no record of the batch goes on. */
  #judge(batch: B): JudgedBatch<B> | undefined {
    const { ledger } = this
    const docket = this.#docket
    ledger.taken += batch.length
    if (this.#plan === undefined) return batch.length === 0 ? undefined : this.#unjudged.take(batch)
    this.#plan.judge(batch, this.#settings.everything, docket)
    this.#alerts += docket.matched
    this.#ruleActions?.run(batch, docket)
    ledger.use('drop filter', docket.dropped)
    ledger.use('no rule matched', batch.length - docket.dropped - docket.length)
    return docket.length === 0 ? undefined : docket.take(batch)
  }

  async #pass(judged: JudgedBatch<B>, output: Sender<JudgedBatch<B>>): Promise<void> {
    const { length } = judged
    this.ledger.held += length
    await output.send(judged)
    this.ledger.held -= length
    this.ledger.passed += length
  }

  async #ruleSetFrom(policies: string): Promise<RuleSet<B>> {
    const { plan, warnings } = await loadPlan(policies, this.#source, this.#seats, this.#load, this.#host)
    const actions = await this.#actionsOf(plan.policy.rules)
    const isTold = this.#host.isTwin && this.#plan !== undefined
    if (!isTold) for (const warning of [...warnings, ...(actions?.warnings ?? [])]) this.#host.fault(warning, false)
    return { plan, actions }
  }

  async #actionsOf(rules: readonly Rule[]): Promise<PreparedActions<B> | undefined> {
    if (rules.some(({ actions }) => actions.length > 0)) this.#actions ??= await this.#makeActions()
    return this.#actions?.prepare(rules)
  }

  #enforce({ plan, actions }: RuleSet<B>): void {
    this.#plan = plan
    this.#ruleActions = actions?.ruleActions ?? null
    if (actions) this.#actions?.keep(actions.names)
  }

  /** Batches are judged without interruption, so the new plan takes over between two of them, whether or not any come. */
  async #prepare(policies: string): Promise<(fingerprint: string) => void> {
    const ruleSet = await this.#ruleSetFrom(policies)
    const { plan } = ruleSet
    return fingerprint => {
      this.#spent = this.#costs()
      if (this.#plan) this.#tally.add(this.#plan.policy.rules, this.#plan.matched)
      this.#enforce(ruleSet)
      this.#fingerprint = fingerprint
      this.#reloads++
      if (this.#host.isTwin) return
      this.#host.log.info(`${plan.policy.rules.length} rules of ${policies} are in force (${fingerprint.slice(0, SHOWN_DIGITS)})`)
    }
  }
}

interface RuleSet<B extends Batch> {
  readonly plan: Plan<B>
  /** Undefined: no rule has named any until now. */
  readonly actions: PreparedActions<B> | undefined
}

/** Of a fingerprint. */
const SHOWN_DIGITS = 16

/** Whole batches as they are, for an engine without rules. */
class Unjudged {
  /** Of the longest batch so far; shorter ones, as there are at the end of a trace, see the beginning of it. */
  #rows = new Uint32Array(0)
  #verdicts: readonly null[] = []

  take<B extends Batch>(batch: B): JudgedBatch<B> {
    const { length } = batch
    if (this.#rows.length < length) {
      this.#rows = Uint32Array.from({ length }, (_, row) => row)
      this.#verdicts = new Array<null>(length).fill(null)
    }
    if (this.#rows.length === length) return new JudgedBatch(batch, this.#rows, this.#verdicts)
    return new JudgedBatch(batch, this.#rows.subarray(0, length), this.#verdicts.slice(0, length))
  }
}

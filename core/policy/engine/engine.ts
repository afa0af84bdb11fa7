// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import { EvaluatedBatch } from '../../contract/evaluated-batch.js'
import type { Host } from '../../contract/host.js'
import { Ledger } from '../../contract/ledger.js'
import type { RecordAdapter } from '../../contract/record-adapter.js'
import type { Receiver, Sender, Stage } from '../../contract/stage.js'
import { Fault } from '../../errors/fault.js'
import { cacheKeysFor } from '../compile/cache-keys.js'
import { MatchBuffer } from '../compile/match-buffer.js'
import type { PolicyPlan } from '../compile/plan.js'
import type { Rule } from '../policy.js'
import type { Actions, PreparedActions } from './actions/actions.js'
import { type LoadPolicies, loadPlan } from './load-plan.js'
import { MatchCounts } from './match-counts.js'
import type { EngineSettings } from './options.js'
import { policyFingerprint } from './policy-fingerprint.js'
import type { PolicyMonitor } from './policy-monitor.js'
import { addCosts, costsOf, type RuleCost } from './rule-costs.js'

/**
 * Evaluates records: drops those that a filter matches, adds the matching rules to the others, and sends what the mode requires.
 */
export class PolicyEngine<B extends Batch> implements Stage {
  readonly ledger = new Ledger()
  readonly #settings: EngineSettings
  readonly #adapter: RecordAdapter<B>
  readonly #load: LoadPolicies
  readonly #host: Host
  /** The owners of this engine's cache entries on entities, for every plan that it will have. */
  readonly #cacheKeys: readonly object[]
  readonly #matchBuffer = new MatchBuffer()
  readonly #unevaluated = new UnevaluatedBatches()
  readonly #matchCounts = new MatchCounts()
  readonly #makeActions: () => Promise<Actions<B>>
  #plan: PolicyPlan<B> | undefined
  #ruleActions: PreparedActions<B>['ruleActions'] = null
  /** Created when a rule first names an action. */
  #actions: Actions<B> | undefined
  #monitor: PolicyMonitor | undefined
  /** The costs under earlier plans. */
  #earlierCosts: readonly RuleCost[] | undefined
  #fingerprint = ''
  #alerts = 0
  #reloads = 0

  constructor(
    settings: EngineSettings,
    adapter: RecordAdapter<B>,
    load: LoadPolicies,
    makeActions: () => Promise<Actions<B>>,
    host: Host,
  ) {
    this.#settings = settings
    this.#adapter = adapter
    this.#load = load
    this.#makeActions = makeActions
    this.#host = host
    this.#cacheKeys = cacheKeysFor(adapter)
  }

  async open(): Promise<void> {
    const { policies, isMonitored, monitorInterval } = this.#settings
    if (policies === undefined) return
    // Computed before the files are read, so that a change in between is detected.
    this.#fingerprint = policyFingerprint(policies)
    this.#activate(await this.#loadRuleSet(policies))
    if (!isMonitored && !this.#host.onReload) return
    const { PolicyMonitor } = await import('./policy-monitor.js')
    const settings = { path: policies, isWatched: isMonitored, interval: monitorInterval }
    this.#monitor = new PolicyMonitor(settings, this.#fingerprint, () => this.#prepare(policies), this.#host)
    await this.#monitor.start()
  }

  async run(input: Receiver<B>, output: Sender<EvaluatedBatch<B>>, abort: AbortSignal): Promise<void> {
    for await (const batch of input) {
      abort.throwIfAborted()
      if (batch instanceof EvaluatedBatch) throw new Fault('SFP_ENGINE_EVALUATED_TWICE', {}, { where: this.#host.stage })
      const evaluated = this.#evaluate(batch)
      if (evaluated === undefined) batch.release()
      else await this.#forward(evaluated, output)
    }
  }

  async close(): Promise<void> {
    await this.#monitor?.stop()
    await this.#actions?.close()
  }

  report(): Readonly<Record<string, unknown>> {
    const plan = this.#plan
    const matchCounts = plan ? this.#matchCounts.copy().add(plan.policy.rules, plan.matchCounts) : this.#matchCounts
    const costs = this.#costs()
    const actions = this.#actions?.report()
    return {
      rules: plan?.policy.rules.length ?? 0,
      filters: plan?.policy.filters.length ?? 0,
      inactive: plan?.inactive.map(({ name }) => name) ?? [],
      alerts: this.#alerts,
      byPriority: matchCounts.byPriority,
      byRule: matchCounts.byRule,
      ...(actions ? { actions } : {}),
      ...(costs ? { costs } : {}),
      ...(this.#plan ? { ruleSet: this.#fingerprint.slice(0, SHOWN_FINGERPRINT_DIGITS) } : {}),
      ...(this.#settings.isMonitored || this.#reloads > 0 ? { reloads: this.#reloads } : {}),
    }
  }

  /** The costs of rules under all plans; undefined if they are not measured. */
  #costs(): readonly RuleCost[] | undefined {
    const costs = this.#plan && costsOf(this.#plan)
    return costs && addCosts([this.#earlierCosts ?? [], costs])
  }

  /** Undefined: no record of the batch is sent. */
  #evaluate(batch: B): EvaluatedBatch<B> | undefined {
    const { ledger } = this
    const matchBuffer = this.#matchBuffer
    ledger.in += batch.length
    if (this.#plan === undefined) return batch.length === 0 ? undefined : this.#unevaluated.wrap(batch)
    this.#plan.evaluate(batch, this.#settings.passesAllRecords, matchBuffer)
    this.#alerts += matchBuffer.matched
    this.#ruleActions?.run(batch, matchBuffer)
    ledger.filter('drop filter', matchBuffer.dropped)
    ledger.filter('no rule matched', batch.length - matchBuffer.dropped - matchBuffer.length)
    return matchBuffer.length === 0 ? undefined : matchBuffer.toBatch(batch)
  }

  async #forward(evaluated: EvaluatedBatch<B>, output: Sender<EvaluatedBatch<B>>): Promise<void> {
    const { length } = evaluated
    this.ledger.held += length
    await output.send(evaluated)
    this.ledger.held -= length
    this.ledger.out += length
  }

  async #loadRuleSet(policies: string): Promise<RuleSet<B>> {
    const { plan, warnings } = await loadPlan(policies, this.#adapter, this.#cacheKeys, this.#load, this.#host)
    const actions = await this.#prepareActions(plan.policy.rules)
    const isAlreadyReported = this.#host.isSecondaryWorker && this.#plan !== undefined
    if (!isAlreadyReported)
      for (const warning of [...warnings, ...(actions?.warnings ?? [])]) this.#host.reportFault(warning, false)
    return { plan, actions }
  }

  async #prepareActions(rules: readonly Rule[]): Promise<PreparedActions<B> | undefined> {
    if (rules.some(({ actions }) => actions.length > 0)) this.#actions ??= await this.#makeActions()
    return this.#actions?.prepare(rules)
  }

  #activate({ plan, actions }: RuleSet<B>): void {
    this.#plan = plan
    this.#ruleActions = actions?.ruleActions ?? null
    if (actions) this.#actions?.closeUnused(actions.names)
  }

  /** The evaluation of a batch is synchronous, so the new plan takes effect between two batches, even if no batch arrives. */
  async #prepare(policies: string): Promise<(fingerprint: string) => void> {
    const ruleSet = await this.#loadRuleSet(policies)
    const { plan } = ruleSet
    return fingerprint => {
      this.#earlierCosts = this.#costs()
      if (this.#plan) this.#matchCounts.add(this.#plan.policy.rules, this.#plan.matchCounts)
      this.#activate(ruleSet)
      this.#fingerprint = fingerprint
      this.#reloads++
      if (this.#host.isSecondaryWorker) return
      this.#host.log.info(
        `loaded ${plan.policy.rules.length} rules from ${policies} (ruleset ${fingerprint.slice(0, SHOWN_FINGERPRINT_DIGITS)})`,
      )
    }
  }
}

interface RuleSet<B extends Batch> {
  readonly plan: PolicyPlan<B>
  /** Undefined: no rule has named an action yet. */
  readonly actions: PreparedActions<B> | undefined
}

/** Digits of the fingerprint in logs and reports. */
const SHOWN_FINGERPRINT_DIGITS = 16

/** Wraps whole batches without evaluation, for an engine without rules. */
class UnevaluatedBatches {
  /** For the longest batch so far. Shorter batches, as at the end of a trace, use the start of it. */
  #rows = new Uint32Array(0)
  #matches: readonly null[] = []

  wrap<B extends Batch>(batch: B): EvaluatedBatch<B> {
    const { length } = batch
    if (this.#rows.length < length) {
      this.#rows = Uint32Array.from({ length }, (_, row) => row)
      this.#matches = new Array<null>(length).fill(null)
    }
    if (this.#rows.length === length) return new EvaluatedBatch(batch, this.#rows, this.#matches)
    return new EvaluatedBatch(batch, this.#rows.subarray(0, length), this.#matches.slice(0, length))
  }
}

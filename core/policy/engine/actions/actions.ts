// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { RuleMetadata } from '../../../contract/evaluated-batch.js'
import type { Host } from '../../../contract/host.js'
import type { ActionPlugin, Options } from '../../../contract/plugin.js'
import type { RecordAdapter } from '../../../contract/record-adapter.js'
import { type Report, sumReports } from '../../../contract/report.js'
import { Fault } from '../../../errors/fault.js'
import { nearest } from '../../../errors/nearest.js'
import type { NamedAction, Rule } from '../../policy.js'
import { ActionInstance } from './action-instance.js'
import { type ActionUses, RuleActions } from './rule-actions.js'

/** The actions of a rule set after preparation. */
export interface PreparedActions<B extends Batch> {
  /** Null: no rule has an action. */
  readonly ruleActions: RuleActions<B> | null
  readonly warnings: readonly Fault[]
  /** Names of the actions in use. */
  readonly names: ReadonlySet<string>
}

/** The actions of one engine. An action is created when a rule first names it, and closed when no rule names it any more. */
export class Actions<B extends Batch> {
  readonly #plugins: readonly ActionPlugin[]
  readonly #options: Options
  readonly #adapter: RecordAdapter<B>
  readonly #host: Host
  readonly #instances = new Map<string, ActionInstance>()
  readonly #closing = new Map<ActionInstance, Promise<void>>()
  /** Reports of closed actions, by name. */
  readonly #closedReports = new Map<string, Report>()

  constructor(plugins: readonly ActionPlugin[], options: Options, adapter: RecordAdapter<B>, host: Host) {
    this.#plugins = plugins
    this.#options = options
    this.#adapter = adapter
    this.#host = host
  }

  /**
   * Creates and opens the actions that the rules name. Throws a fault if that fails. An invalid use is skipped with a warning.
   */
  async prepare(rules: readonly Rule[]): Promise<PreparedActions<B>> {
    const warnings: Fault[] = []
    const uses = new Map<RuleMetadata, ActionUses>()
    for (const rule of rules) {
      const ruleUses = rule.actions.flatMap(named => this.#resolveUse(rule, named, warnings))
      // The actions of a disabled rule are checked but not used.
      if (ruleUses.length > 0 && rule.enabled) uses.set(rule, ruleUses)
    }
    const used = new Set([...uses.values()].flatMap(ruleUses => ruleUses.map(({ action }) => action)))
    for (const action of used) await this.#open(action)
    const ruleActions = used.size === 0 ? null : new RuleActions(this.#adapter, uses)
    return { ruleActions, warnings, names: new Set([...used].map(({ name }) => name)) }
  }

  /** Closes the actions that the activated rule set does not use. */
  closeUnused(names: ReadonlySet<string>): void {
    for (const [name, action] of this.#instances) if (!names.has(name)) this.#close(action)
  }

  /** Resolves when all actions are closed. Safe to call twice. */
  async close(): Promise<void> {
    this.closeUnused(new Set())
    await Promise.all(this.#closing.values())
  }

  /** Reports by action name; undefined if there are no actions. */
  report(): Report | undefined {
    const reports = [...this.#closedReports, ...[...this.#closing.keys(), ...this.#instances.values()].map(reportOf)]
    return reports.length === 0 ? undefined : sumReports(reports.map(([name, report]) => ({ [name]: report })))
  }

  async #open(action: ActionInstance): Promise<void> {
    try {
      await action.open()
    } catch (error) {
      this.#close(action)
      throw error
    }
  }

  #resolveUse(rule: Rule, { name, argument, position }: NamedAction, warnings: Fault[]): ActionUses {
    const warn = (
      code: 'SFP_ENGINE_UNKNOWN_ACTION' | 'SFP_ENGINE_ACTION_ARGUMENT',
      details: Record<string, string>,
    ): ActionUses => {
      warnings.push(new Fault(code, { action: name, name: rule.name, ...details }, { position, level: 'warning' }))
      return []
    }
    const plugin = this.#plugins.find(one => one.name === name)
    if (!plugin) {
      const known = this.#plugins.map(one => one.name)
      return warn('SFP_ENGINE_UNKNOWN_ACTION', { nearest: nearest(name, known) ?? '' })
    }
    const action = this.#instances.get(name) ?? new ActionInstance(plugin, this.#options, this.#host)
    this.#instances.set(name, action)
    const reason = action.argumentError(argument)
    return reason === undefined ? [{ action, argument }] : warn('SFP_ENGINE_ACTION_ARGUMENT', { reason })
  }

  #close(action: ActionInstance): void {
    const { name } = action
    this.#instances.delete(name)
    const closed = action.close().then(() => {
      this.#closing.delete(action)
      this.#closedReports.set(name, sumReports([this.#closedReports.get(name) ?? {}, action.report()]))
    })
    this.#closing.set(action, closed)
  }
}

const reportOf = (action: ActionInstance): [string, Report] => [action.name, action.report()]

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { ActionPlugin, Options } from '../../../contract/plugin.js'
import { addedReports, type Report } from '../../../contract/report.js'
import type { Source } from '../../../contract/source.js'
import type { Host } from '../../../contract/stage.js'
import type { RuleFacts } from '../../../contract/verdict.js'
import { Fault } from '../../../errors/fault.js'
import { nearest } from '../../../errors/nearest.js'
import type { NamedAction, Rule } from '../../policy.js'
import { LiveAction } from './live-action.js'
import { RuleActions, type Uses } from './rule-actions.js'

/** What the actions of a rule set come to. */
export interface PreparedActions<B extends Batch> {
  /** Null: no rule does anything. */
  readonly ruleActions: RuleActions<B> | null
  readonly warnings: readonly Fault[]
  /** Names of those that are used. */
  readonly names: ReadonlySet<string>
}

/** The actions of one engine, made when a rule first names them, closed when none does any more. */
export class Actions<B extends Batch> {
  readonly #plugins: readonly ActionPlugin[]
  readonly #options: Options
  readonly #source: Source<B>
  readonly #host: Host
  readonly #live = new Map<string, LiveAction>()
  readonly #closing = new Map<LiveAction, Promise<void>>()
  /** Of those that have been closed, by name. */
  readonly #past = new Map<string, Report>()

  constructor(plugins: readonly ActionPlugin[], options: Options, source: Source<B>, host: Host) {
    this.#plugins = plugins
    this.#options = options
    this.#source = source
    this.#host = host
  }

  /** Makes and opens what the rules name; throws a fault if that fails. What makes no sense is warned of and left out. */
  async prepare(rules: readonly Rule[]): Promise<PreparedActions<B>> {
    const warnings: Fault[] = []
    const uses = new Map<RuleFacts, Uses>()
    for (const rule of rules) {
      const own = rule.actions.flatMap(named => this.#use(rule, named, warnings))
      // What a rule says that is switched off is looked at, and not done.
      if (own.length > 0 && rule.enabled) uses.set(rule, own)
    }
    const used = new Set([...uses.values()].flatMap(own => own.map(({ action }) => action)))
    for (const action of used) await this.#open(action)
    const ruleActions = used.size === 0 ? null : new RuleActions(this.#source, uses)
    return { ruleActions, warnings, names: new Set([...used].map(({ name }) => name)) }
  }

  /** A rule set is in force: what it does not use is closed. */
  keep(names: ReadonlySet<string>): void {
    for (const [name, action] of this.#live) if (!names.has(name)) this.#close(action)
  }

  /** Resolves when all are closed; safe to call twice. */
  async close(): Promise<void> {
    this.keep(new Set())
    await Promise.all(this.#closing.values())
  }

  /** By name; undefined: there are none. */
  report(): Report | undefined {
    const reports = [...this.#past, ...[...this.#closing.keys(), ...this.#live.values()].map(reportOf)]
    return reports.length === 0 ? undefined : addedReports(reports.map(([name, report]) => ({ [name]: report })))
  }

  async #open(action: LiveAction): Promise<void> {
    try {
      await action.open()
    } catch (error) {
      this.#close(action)
      throw error
    }
  }

  #use(rule: Rule, { name, argument, place }: NamedAction, warnings: Fault[]): Uses {
    const warn = (code: 'SFP_ENGINE_UNKNOWN_ACTION' | 'SFP_ENGINE_ACTION_ARGUMENT', details: Record<string, string>): Uses => {
      warnings.push(new Fault(code, { action: name, name: rule.name, ...details }, { place, level: 'warning' }))
      return []
    }
    const plugin = this.#plugins.find(one => one.name === name)
    if (!plugin) {
      const known = this.#plugins.map(one => one.name)
      return warn('SFP_ENGINE_UNKNOWN_ACTION', { nearest: nearest(name, known) ?? '' })
    }
    const action = this.#live.get(name) ?? new LiveAction(plugin, this.#options, this.#host)
    this.#live.set(name, action)
    const objection = action.objection(argument)
    return objection === undefined ? [{ action, argument }] : warn('SFP_ENGINE_ACTION_ARGUMENT', { objection })
  }

  #close(action: LiveAction): void {
    const { name } = action
    this.#live.delete(name)
    const closed = action.close().then(() => {
      this.#closing.delete(action)
      this.#past.set(name, addedReports([this.#past.get(name) ?? {}, action.report()]))
    })
    this.#closing.set(action, closed)
  }
}

const reportOf = (action: LiveAction): [string, Report] => [action.name, action.report()]

// SPDX-License-Identifier: Apache-2.0
import type { Action } from '../../../contract/action.js'
import type { Host } from '../../../contract/host.js'
import type { ActionPlugin, Options } from '../../../contract/plugin.js'
import type { RecordView } from '../../../contract/record-view.js'
import { isReport, type Report } from '../../../contract/report.js'
import { Fault } from '../../../errors/fault.js'
import { FaultLimiter } from '../../../errors/fault-limiter.js'
import { wrapPluginError } from '../../../errors/plugin-error.js'
import { firstLineOf } from '../../../errors/reason.js'
import { withDeadline } from '../../../errors/with-deadline.js'
import type { RuleActionContext } from './rule-action-context.js'

/** Faults of one action that are reported; the others are counted. */
const MAX_REPORTED_ACTION_FAULTS = 3
/** A pipeline waits five seconds for its stages to close. */
const CLOSE_SECONDS = 3

/** An action of one engine, and how it has fared. What it throws while records flow never leaves here. */
export class ActionInstance {
  readonly name: string
  readonly #plugin: ActionPlugin
  readonly #host: Host
  readonly #action: Action
  readonly #faults: FaultLimiter
  #runs = 0
  #truncations = 0
  #isOpened = false
  #isReportFaultReported = false

  /** Throws a fault that names the plugin if it cannot be made. */
  constructor(plugin: ActionPlugin, options: Options, host: Host) {
    this.name = plugin.name
    this.#plugin = plugin
    this.#host = host
    this.#faults = new FaultLimiter(fault => host.reportFault(fault, false), { limit: MAX_REPORTED_ACTION_FAULTS, plugin })
    try {
      checkRequired(plugin, options, host)
      this.#action = assertAction(plugin.create(optionsOf(plugin, options), host))
    } catch (error) {
      throw wrapPluginError(plugin, 'create', error, host.stage)
    }
  }

  /** Why the action cannot be used so; undefined: it can. */
  argumentError(argument: string): string | undefined {
    try {
      assertNoPromise(this.#action.check?.(argument))
      return undefined
    } catch (error) {
      const hint = error instanceof Fault ? error.hint : ''
      return `${firstLineOf(error)}${hint === '' ? '' : `; ${hint}`}`
    }
  }

  /** Throws a fault that names the plugin. */
  async open(): Promise<void> {
    if (this.#isOpened) return
    this.#isOpened = true
    try {
      await this.#action.open?.()
    } catch (error) {
      throw wrapPluginError(this.#plugin, 'open', error, this.#host.stage)
    }
  }

  run(context: RuleActionContext, record: RecordView): void {
    this.#runs++
    context.begin(record)
    try {
      assertNoPromise(this.#action.run(context))
    } catch (error) {
      context.undo()
      this.#reportFault(`run (rule "${context.rule.name}")`, error)
    }
    this.#truncations += context.end()
  }

  /** Always resolves, and soon. */
  async close(): Promise<void> {
    if (!this.#isOpened) return
    try {
      await withDeadline(this.#action.close?.(), CLOSE_SECONDS * 1000)
    } catch (error) {
      this.#reportFault('close', error)
    }
    this.#faults.finish(this.#host.stage)
  }

  report(): Report {
    return {
      ...this.#actionReport(),
      runs: this.#runs,
      faults: this.#faults.count,
      ...(this.#truncations > 0 ? { cut: this.#truncations } : {}),
    }
  }

  /** Figures of its own as plain JSON: what is none would take the whole summary with it. */
  #actionReport(): Report {
    try {
      const reported: unknown = JSON.parse(JSON.stringify(this.#action.report?.() ?? {}))
      return isReport(reported) ? reported : {}
    } catch (error) {
      // It is asked for again and again.
      if (!this.#isReportFaultReported) this.#reportFault('report', error)
      this.#isReportFaultReported = true
      return {}
    }
  }

  /** Nothing is lost: the record goes on. */
  #reportFault(step: string, error: unknown): void {
    this.#faults.add(() => wrapPluginError(this.#plugin, step, error, this.#host.stage))
  }
}

/** Its keys begin with its name, but what they are is for its schema to say. */
const optionsOf = ({ options: { properties } }: ActionPlugin, options: Options): Options =>
  Object.fromEntries(Object.entries(options).filter(([key]) => Object.hasOwn(properties, key)))

/** The options of actions stand among those of the engine, and may be left out where no rule names the action. */
function checkRequired({ options: { required = [], properties } }: ActionPlugin, options: Options, { stage }: Host): void {
  const key = required.find(one => options[one] === undefined)
  if (key === undefined) return
  const details = { component: `stage "${stage}"`, key, description: properties[key]?.description ?? '' }
  throw new Fault('SFP_CONFIG_MISSING_KEY', details, { where: stage })
}

/** Plugins are not always written in TypeScript. */
function assertAction(action: Action): Action {
  const candidate: unknown = action
  const isAction =
    typeof candidate === 'object' && candidate !== null && 'run' in candidate && typeof candidate.run === 'function'
  if (!isAction) throw new Error('what it returned has no function "run"')
  return action
}

/** Nobody waits for an action, so a promise would fail unseen. */
function assertNoPromise(result: unknown): void {
  if (typeof result !== 'object' || result === null || !('then' in result) || typeof result.then !== 'function') return
  Promise.resolve(result).catch(() => {})
  throw new Error('it returned a promise, and nobody waits for it: begin what takes time without "async", and catch its errors')
}

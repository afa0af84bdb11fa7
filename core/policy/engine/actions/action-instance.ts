// SPDX-License-Identifier: Apache-2.0

import type { Action } from '../../../contract/action.js'
import type { Host } from '../../../contract/host.js'
import { isObject } from '../../../contract/objects.js'
import type { ActionPlugin, Options } from '../../../contract/plugin.js'
import type { RecordView } from '../../../contract/record-view.js'
import type { Report } from '../../../contract/report.js'
import { Fault } from '../../../errors/fault.js'
import { FaultLimiter } from '../../../errors/fault-limiter.js'
import { wrapPluginError } from '../../../errors/plugin-error.js'
import { firstLineOf } from '../../../errors/reason.js'
import { withDeadline } from '../../../errors/with-deadline.js'
import type { RuleActionContext } from './rule-action-context.js'

/** Faults of one action that are reported individually. Further faults are only counted. */
const MAX_REPORTED_ACTION_FAULTS = 3
/** Must be below the five seconds that a pipeline waits for its stages to close. */
const CLOSE_SECONDS = 3

/** An action of one engine with its counts. Exceptions that the action throws while records flow are caught here. */
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

  /** Throws a fault that names the plugin if the action cannot be created. */
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

  /** Why the argument is invalid for the action; undefined if it is valid. */
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

  /** Always resolves, within the time limit. */
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

  /** The action's own figures as plain JSON. A value that is not plain JSON would make the whole summary fail. */
  #actionReport(): Report {
    try {
      const reported: unknown = JSON.parse(JSON.stringify(this.#action.report?.() ?? {}))
      return isObject(reported) ? reported : {}
    } catch (error) {
      // The report is requested repeatedly, so this fault is reported once.
      if (!this.#isReportFaultReported) this.#reportFault('report', error)
      this.#isReportFaultReported = true
      return {}
    }
  }

  /** No data is lost: the record is passed on. */
  #reportFault(step: string, error: unknown): void {
    this.#faults.add(() => wrapPluginError(this.#plugin, step, error, this.#host.stage))
  }
}

/** Selects the options that the action's schema declares. The schema decides, not the prefix of the key. */
const optionsOf = ({ options: { properties } }: ActionPlugin, options: Options): Options =>
  Object.fromEntries(Object.entries(options).filter(([key]) => Object.hasOwn(properties, key)))

/** The options of actions are in the section of the engine. Required ones may be missing as long as no rule names the action. */
function checkRequired({ options: { required = [], properties } }: ActionPlugin, options: Options, { stage }: Host): void {
  const key = required.find(one => options[one] === undefined)
  if (key === undefined) return
  const details = { component: `stage "${stage}"`, key, description: properties[key]?.description ?? '' }
  throw new Fault('SFP_CONFIG_MISSING_KEY', details, { where: stage })
}

/** Plugins may be written in JavaScript, so the compiler does not check them. */
function assertAction(action: Action): Action {
  const candidate: unknown = action
  if (!isObject(candidate) || typeof candidate.run !== 'function') throw new Error('the returned value has no function "run"')
  return action
}

/** The engine does not await actions, so a rejection would be unnoticed. */
function assertNoPromise(result: unknown): void {
  if (!isObject(result) || typeof result.then !== 'function') return
  Promise.resolve(result).catch(() => {})
  throw new Error('it returned a promise, which is not awaited: start slow work without "async" and catch its errors')
}

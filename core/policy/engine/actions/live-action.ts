// SPDX-License-Identifier: Apache-2.0
import type { Action } from '../../../contract/action.js'
import type { ActionPlugin, Options } from '../../../contract/plugin.js'
import type { RecordView } from '../../../contract/record-view.js'
import type { Report } from '../../../contract/report.js'
import type { Host } from '../../../contract/stage.js'
import { Fault } from '../../../errors/fault.js'
import { inTime } from '../../../errors/in-time.js'
import { pluginFault } from '../../../errors/plugin-fault.js'
import { firstLineOf } from '../../../errors/reason.js'
import type { StepHit } from './step-hit.js'

/** Of one action these are told, the others counted. */
export const FAULTS_TOLD = 3
/** A pipeline waits five seconds for its stages to close. */
const CLOSE_SECONDS = 3

/** An action of one engine, and how it has fared. What it throws while records flow never leaves here. */
export class LiveAction {
  readonly name: string
  readonly #plugin: ActionPlugin
  readonly #host: Host
  readonly #action: Action
  #runs = 0
  #faults = 0
  #cut = 0
  #isOpened = false
  #hasReportFailed = false

  /** Throws a fault that names the plugin if it cannot be made. */
  constructor(plugin: ActionPlugin, options: Options, host: Host) {
    this.name = plugin.name
    this.#plugin = plugin
    this.#host = host
    try {
      this.#action = made(plugin.create(ownOptions(plugin, options), host))
    } catch (error) {
      throw pluginFault(plugin, 'create', error, host.stage)
    }
  }

  /** Why the action cannot be used so; undefined: it can. */
  objection(argument: string): string | undefined {
    try {
      assertSilent(this.#action.check?.(argument))
      return undefined
    } catch (error) {
      const mend = error instanceof Fault ? error.mend : ''
      return `${firstLineOf(error)}${mend === '' ? '' : `; ${mend}`}`
    }
  }

  /** Throws a fault that names the plugin. */
  async open(): Promise<void> {
    if (this.#isOpened) return
    this.#isOpened = true
    try {
      await this.#action.open?.()
    } catch (error) {
      throw pluginFault(this.#plugin, 'open', error, this.#host.stage)
    }
  }

  run(hit: StepHit, record: RecordView): void {
    this.#runs++
    hit.begin(record)
    try {
      assertSilent(this.#action.run(hit))
    } catch (error) {
      hit.undo()
      this.#tell(`run (rule "${hit.rule.name}")`, error)
    }
    this.#cut += hit.end()
  }

  /** Always resolves, and soon. */
  async close(): Promise<void> {
    if (!this.#isOpened) return
    try {
      await inTime(CLOSE_SECONDS, this.#action.close?.())
    } catch (error) {
      this.#tell('close', error)
    }
    const count = this.#faults - FAULTS_TOLD
    const details = { kind: 'action', plugin: this.name, count, told: FAULTS_TOLD }
    if (count > 0) this.#host.fault(new Fault('SFP_ENGINE_MORE_ACTION_FAULTS', details, { where: this.#host.stage }), false)
  }

  report(): Report {
    return { ...this.#own(), runs: this.#runs, faults: this.#faults, ...(this.#cut > 0 ? { cut: this.#cut } : {}) }
  }

  /** Figures of its own as plain JSON: what is none would take the whole summary with it. */
  #own(): Report {
    try {
      const own: unknown = JSON.parse(JSON.stringify(this.#action.report?.() ?? {}))
      return typeof own === 'object' && own !== null && !Array.isArray(own) ? (own as Report) : {}
    } catch (error) {
      // It is asked for again and again.
      if (!this.#hasReportFailed) this.#tell('report', error)
      this.#hasReportFailed = true
      return {}
    }
  }

  /** Nothing is lost: the record goes on. */
  #tell(step: string, error: unknown): void {
    if (this.#faults++ < FAULTS_TOLD) this.#host.fault(pluginFault(this.#plugin, step, error, this.#host.stage), false)
  }
}

/** Its keys begin with its name, but what they are is for its schema to say. */
const ownOptions = ({ options: { properties } }: ActionPlugin, options: Options): Options =>
  Object.fromEntries(Object.entries(options).filter(([key]) => Object.hasOwn(properties, key)))

/** Plugins are not always written in TypeScript. */
function made(action: Action): Action {
  const candidate: unknown = action
  const isAction =
    typeof candidate === 'object' && candidate !== null && 'run' in candidate && typeof candidate.run === 'function'
  if (!isAction) throw new Error('what it returned has no function "run"')
  return action
}

/** Nobody waits for an action, so a promise would fail unseen. */
function assertSilent(answer: unknown): void {
  if (typeof answer !== 'object' || answer === null || !('then' in answer) || typeof answer.then !== 'function') return
  Promise.resolve(answer).catch(() => {})
  throw new Error('it returned a promise, and nobody waits for it: begin what takes time without "async", and catch its errors')
}

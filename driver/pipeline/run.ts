// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../../core/errors/fault.js'
import {
  type BuiltDriver,
  type BuiltStage,
  closeParts,
  faultsOf,
  GRACE_SECONDS,
  type Pipeline,
  type PluginIdentity,
  pluginDetails,
} from './build.js'
import { deadlineAfter } from './deadline.js'

export interface RunOptions {
  /** When it fires, drivers stop reading and stages drain. */
  readonly stop: AbortSignal
  /** Maximum seconds for draining after `stop`. */
  readonly drainSeconds?: number
  /** Maximum seconds for components to end after the run was aborted. */
  readonly graceSeconds?: number
}

export interface RunOutcome {
  readonly faults: readonly Fault[]
  /** Nothing was aborted, so the record counts can be audited. */
  readonly isComplete: boolean
  /** Stages that ended before their input did, because no receiver needs their output any more. */
  readonly endedEarly: ReadonlySet<string>
}

/** Runs a pipeline to its end and closes its components. Always resolves, and soon after `stop` or an abort. */
export async function runPipeline(pipeline: Pipeline, options: RunOptions): Promise<RunOutcome> {
  const outcome = await runToEndOfInput(pipeline, options)
  const faults = await closeParts(pipeline, options.graceSeconds)
  const stuck = new Set(outcome.faults.filter(isStuck).map(({ details }) => details.component))
  const others = faults.filter(fault => !isStuck(fault) || !stuck.has(fault.details.component))
  return { ...outcome, faults: [...outcome.faults, ...others] }
}

/**
 * Runs a pipeline to the end of its input. A driver that fails ends its input, and the records read so far drain; a stage that
 * fails aborts all others. Always resolves, and soon after `stop` or an abort. The channels can be reopened for another input.
 */
export async function runToEndOfInput(pipeline: Pipeline, options: RunOptions): Promise<RunOutcome> {
  const { drainSeconds = 30, graceSeconds = GRACE_SECONDS } = options
  const { abort } = pipeline
  const runPipeline = new Run(pipeline, options.stop)
  const ended = runPipeline.start()
  const deadline = deadlineAfter(drainSeconds, options.stop)
  const grace = deadlineAfter(graceSeconds, abort.signal)
  deadline.reached.then(() =>
    runPipeline.abortFor(new Fault('SFP_RUN_DRAIN_DEADLINE', { seconds: drainSeconds, records: waitingRecords(pipeline) })),
  )
  await Promise.race([ended, grace.reached])
  deadline.clear()
  grace.clear()
  for (const [component, plugin] of runPipeline.running)
    runPipeline.faults.push(new Fault('SFP_RUN_STUCK', { component, seconds: graceSeconds, ...pluginDetails(plugin) }))
  const isComplete = !abort.signal.aborted
  if (!isComplete && runPipeline.faults.length === 0)
    runPipeline.faults.push(new Fault('SFP_RUN_ABORTED', { records: waitingRecords(pipeline) }))
  return { faults: runPipeline.faults, isComplete, endedEarly: runPipeline.endedEarly }
}

const isStuck = ({ code }: Fault): boolean => code === 'SFP_RUN_STUCK'

/** Records that were sent but not received. */
export const waitingRecords = (pipeline: Pipeline): number =>
  [...pipeline.channels.values()].reduce((sum, channel) => sum + channel.queued, 0)

class Run {
  readonly faults: Fault[] = []
  readonly running = new Map<string, PluginIdentity | undefined>()
  readonly endedEarly = new Set<string>()
  /** Fires when the drivers must stop, for any reason. */
  readonly #stop: AbortSignal
  readonly #pipeline: Pipeline
  readonly #earlyStop = new AbortController()

  constructor(pipeline: Pipeline, stop: AbortSignal) {
    this.#pipeline = pipeline
    this.#stop = AbortSignal.any([stop, this.#earlyStop.signal, pipeline.abort.signal])
  }

  /** Resolves when every component has ended. */
  async start(): Promise<void> {
    const { stages, drivers } = this.#pipeline
    await Promise.all([
      ...stages.map(stage => this.#runStage(stage)),
      ...drivers.map((driver, index) => this.#runDriver(driver, index)),
    ])
  }

  abortFor(fault: Fault): void {
    if (this.#pipeline.abort.signal.aborted) return
    this.faults.push(fault)
    this.#pipeline.abort.abort(fault)
  }

  async #runStage(built: BuiltStage): Promise<void> {
    const { name, plugin, input, output, stage } = built
    const { abort } = this.#pipeline
    const component = `stage "${name}"`
    this.running.set(component, plugin)
    try {
      await this.#runToEnd(name, () => stage.run(input, output, abort.signal))
      await this.#drainRest(built)
    } catch (error) {
      // After one component has failed, the rejections of the others are consequences and not further faults.
      for (const fault of abort.signal.aborted ? [] : faultsOf(error, component)) this.faults.push(fault)
      abort.abort(error)
    } finally {
      output.close()
      this.running.delete(component)
    }
  }

  /** A closed output (`| head`) is not an error. */
  async #runToEnd(name: string, runPipeline: () => Promise<void>): Promise<void> {
    try {
      await runPipeline()
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'SFP_EXPORT_CLOSED') throw error
      this.endedEarly.add(name)
      this.#earlyStop.abort()
    }
  }

  /** Drains the input of a stage that ended before it: its senders must not block, and each record is counted. */
  async #drainRest({ name, plugin, stage, input }: BuiltStage): Promise<void> {
    const isOutputClosed = this.endedEarly.has(name)
    let records = 0
    for await (const batch of input) {
      this.endedEarly.add(name)
      this.#earlyStop.abort()
      records += batch.length
      stage.ledger.in += batch.length
      stage.ledger.drop('stage had ended', batch.length)
      batch.release()
    }
    if (records > 0 && !isOutputClosed)
      this.faults.push(new Fault('SFP_RUN_LEFT', { component: `stage "${name}"`, records, ...pluginDetails(plugin) }))
  }

  /** Several drivers of one kind are distinguished by their index in the file. */
  async #runDriver({ name, plugin, driver, output }: BuiltDriver, index: number): Promise<void> {
    const { abort } = this.#pipeline
    const component = `driver "${name}"${index > 0 ? ` (${index + 1})` : ''}`
    this.running.set(component, plugin)
    try {
      await driver.run(output, this.#stop, abort.signal)
    } catch (error) {
      for (const fault of abort.signal.aborted ? [] : faultsOf(error, component)) this.faults.push(fault)
      this.#earlyStop.abort()
    } finally {
      output.close()
      this.running.delete(component)
    }
  }
}

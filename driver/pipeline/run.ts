// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../../core/errors/fault.js'
import { type BuiltDriver, type BuiltStage, close, faultsOf, GRACE_SECONDS, type Maker, madeBy, type Pipeline } from './build.js'
import { after } from './patience.js'

export interface RunOptions {
  /** Told to stop: drivers stop reading, stages drain. */
  readonly stop: AbortSignal
  /** How long draining may take after `stop`. */
  readonly drainSeconds?: number
  /** How long parts may take to notice that the run was aborted. */
  readonly graceSeconds?: number
}

export interface Outcome {
  readonly faults: readonly Fault[]
  /** Nothing was aborted, so the books can be closed. */
  readonly isComplete: boolean
  /** Stages that ended before their input did, because nobody wants their output any more. */
  readonly quitters: ReadonlySet<string>
}

/** Runs a pipeline to its end and closes its parts. Always resolves, and soon after `stop` or an abort. */
export async function run(pipeline: Pipeline, options: RunOptions): Promise<Outcome> {
  const outcome = await flow(pipeline, options)
  const faults = await close(pipeline, options.graceSeconds)
  const stuck = new Set(outcome.faults.filter(isStuck).map(({ details }) => details.component))
  const others = faults.filter(fault => !isStuck(fault) || !stuck.has(fault.details.component))
  return { ...outcome, faults: [...outcome.faults, ...others] }
}

/**
 * Runs a pipeline to the end of its input. A driver that fails ends its input, and what was read drains; a stage that fails
 * aborts all others. Always resolves, and soon after `stop` or an abort. Its channels can be opened again for another input.
 */
export async function flow(pipeline: Pipeline, options: RunOptions): Promise<Outcome> {
  const { drainSeconds = 30, graceSeconds = GRACE_SECONDS } = options
  const { abort } = pipeline
  const run = new Run(pipeline, options.stop)
  const ended = run.start()
  const deadline = after(drainSeconds, options.stop)
  const grace = after(graceSeconds, abort.signal)
  deadline.reached.then(() =>
    run.abortFor(new Fault('SFP_RUN_DRAIN_DEADLINE', { seconds: drainSeconds, records: waiting(pipeline) })),
  )
  await Promise.race([ended, grace.reached])
  deadline.clear()
  grace.clear()
  for (const [component, maker] of run.running)
    run.faults.push(new Fault('SFP_RUN_STUCK', { component, seconds: graceSeconds, ...madeBy(maker) }))
  const isComplete = !abort.signal.aborted
  if (!isComplete && run.faults.length === 0) run.faults.push(new Fault('SFP_RUN_ABORTED', { records: waiting(pipeline) }))
  return { faults: run.faults, isComplete, quitters: run.quitters }
}

const isStuck = ({ code }: Fault): boolean => code === 'SFP_RUN_STUCK'

/** Records that were sent and not received. */
export const waiting = (pipeline: Pipeline): number =>
  [...pipeline.channels.values()].reduce((sum, channel) => sum + channel.waiting, 0)

class Run {
  readonly faults: Fault[] = []
  readonly running = new Map<string, Maker | undefined>()
  readonly quitters = new Set<string>()
  /** Fires when the drivers are to stop, for whatever reason. */
  readonly #stop: AbortSignal
  readonly #pipeline: Pipeline
  readonly #early = new AbortController()

  constructor(pipeline: Pipeline, stop: AbortSignal) {
    this.#pipeline = pipeline
    this.#stop = AbortSignal.any([stop, this.#early.signal, pipeline.abort.signal])
  }

  /** Resolves when every part has come to its end. */
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
    const { name, maker, input, output, stage } = built
    const { abort } = this.#pipeline
    const component = `stage "${name}"`
    this.running.set(component, maker)
    try {
      await this.#runToEnd(name, () => stage.run(input, output, abort.signal))
      await this.#takeRest(built)
    } catch (error) {
      // What the others reject with once one has failed is not another fault.
      for (const fault of abort.signal.aborted ? [] : faultsOf(error, component)) this.faults.push(fault)
      abort.abort(error)
    } finally {
      output.close()
      this.running.delete(component)
    }
  }

  /** A reader that goes away (`| head`) is no failure. */
  async #runToEnd(name: string, run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'SFP_EXPORT_CLOSED') throw error
      this.quitters.add(name)
      this.#early.abort()
    }
  }

  /** The input of a stage that ended before it: those who send must not wait for ever, and nothing goes uncounted. */
  async #takeRest({ name, maker, stage, input }: BuiltStage): Promise<void> {
    const isReason = this.quitters.has(name)
    let records = 0
    for await (const batch of input) {
      this.quitters.add(name)
      this.#early.abort()
      records += batch.length
      stage.ledger.taken += batch.length
      stage.ledger.drop('stage had ended', batch.length)
      batch.release()
    }
    if (records > 0 && !isReason)
      this.faults.push(new Fault('SFP_RUN_LEFT', { component: `stage "${name}"`, records, ...madeBy(maker) }))
  }

  /** Several drivers of one kind are told apart by their place in the file. */
  async #runDriver({ name, maker, driver, output }: BuiltDriver, index: number): Promise<void> {
    const { abort } = this.#pipeline
    const component = `driver "${name}"${index > 0 ? ` (${index + 1})` : ''}`
    this.running.set(component, maker)
    try {
      await driver.run(output, this.#stop, abort.signal)
    } catch (error) {
      for (const fault of abort.signal.aborted ? [] : faultsOf(error, component)) this.faults.push(fault)
      this.#early.abort()
    } finally {
      output.close()
      this.running.delete(component)
    }
  }
}

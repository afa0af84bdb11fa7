// SPDX-License-Identifier: Apache-2.0
import { setMaxListeners } from 'node:events'
import { Channel, type CountingReceiver, type CountingSender } from '../../core/channel/channel.js'
import { fanOut } from '../../core/channel/fan-out.js'
import { merge } from '../../core/channel/merge.js'
import type { Batch } from '../../core/contract/batch.js'
import type { Receiver, Sender } from '../../core/contract/channel.js'
import { recordsIn } from '../../core/contract/record-view.js'
import type { Driver, Host, Stage } from '../../core/contract/stage.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { messageOf } from '../../core/errors/reason.js'
import { after } from './patience.js'
import type { Wiring } from './wiring.js'

/** A wiring with every part made and opened. Fire `abort` to tear it down. */
export interface Pipeline {
  readonly channels: ReadonlyMap<string, Channel<Batch>>
  readonly drivers: readonly BuiltDriver[]
  readonly stages: readonly BuiltStage[]
  readonly abort: AbortController
}

/** What a part was made by, for whoever counts the faults of plugins. */
export interface Maker {
  readonly kind: string
  readonly name: string
}

export interface BuiltDriver {
  readonly name: string
  readonly maker?: Maker
  readonly driver: Driver
  readonly output: CountingSender<Batch>
}

export interface BuiltStage {
  readonly name: string
  readonly maker?: Maker
  readonly stage: Stage
  readonly receivers: readonly CountingReceiver<Batch>[]
  readonly senders: readonly CountingSender<Batch>[]
  /** All receivers as one, all senders as one. */
  readonly input: Receiver<Batch>
  readonly output: Sender<Batch>
}

/** What the wiring says to a component. */
export type Wired = Pick<Host, 'inputType' | 'outputType' | 'records'>
export type HostOf = (component: string, wired: Wired) => Host

/**
 * Wiring → stages. Opens the last stages first, so that nothing can be read before its target is there; drivers are opened only if the pipeline will be run (`reads`), since without that they need no input. What does not open soon after `stop` has
 * fired is given up.
 */
export async function build(
  wiring: Wiring,
  hostOf: HostOf,
  { reads, stop = NEVER, graceSeconds = GRACE_SECONDS }: BuildOptions,
): Promise<Pipeline> {
  const abort = new AbortController()
  // Every channel and every wait of every stage listens to this one signal.
  setMaxListeners(0, abort.signal)
  const channels = new Map(
    [...wiring.channels.values()].map(({ name, type }) => [name, new Channel<Batch>(name, type, abort.signal)]),
  )
  const channel = (name: string): Channel<Batch> => {
    const found = channels.get(name)
    if (!found) throw new Error(`channel ${name} is not part of the wiring`)
    return found
  }
  const faults: Fault[] = []
  const stages: BuiltStage[] = []
  const drivers: BuiltDriver[] = []
  for (const { name, plugin, options, inputs, outputs } of wiring.stages) {
    await collect(faults, `stage "${name}"`, () => {
      const stage = plugin.create(options, hostOf(name, wired(wiring, inputs[0]?.type, outputs[0]?.type)))
      const receivers = inputs.map(input => channel(input.name).receiver())
      const senders = outputs.map(output => channel(output.name).sender())
      stages.push({ name, maker: plugin, stage, receivers, senders, input: merge(receivers), output: fanOut(senders) })
    })
  }
  for (const { name, plugin, options, paths, output } of wiring.drivers) {
    await collect(faults, `driver "${name}"`, () => {
      const driver = plugin.create(options, paths, hostOf(name, wired(wiring, undefined, output.type)))
      drivers.push({ name, maker: plugin, driver, output: channel(output.name).sender() })
    })
  }
  const pipeline = { channels, drivers, stages, abort }
  if (faults.length === 0) await open(pipeline, reads, faults, { stop, graceSeconds })
  if (faults.length > 0) {
    abort.abort()
    await close(pipeline, graceSeconds)
    throw new Faults(faults)
  }
  return pipeline
}

const wired = (wiring: Wiring, inputType: string | undefined, outputType: string | undefined): Wired => ({
  inputType,
  outputType,
  records(batch, from, to) {
    const source = wiring.source(inputType)
    if (!source) throw new Fault('SFP_CHANNEL_NO_SOURCE', { type: inputType ?? '' })
    return recordsIn(batch, source, from, to)
  },
})

/** For what stands outside of a wiring. */
export const UNWIRED: Wired = { inputType: undefined, outputType: undefined, records: () => [] }

/** Last stages first, then the drivers if anything is to be read. */
export async function open(
  { stages, drivers }: Pipeline,
  reads: boolean,
  faults: Fault[],
  { stop = NEVER, graceSeconds = GRACE_SECONDS }: Omit<BuildOptions, 'reads'> = {},
): Promise<void> {
  const patience = { seconds: graceSeconds, since: stop }
  for (const built of stages.toReversed()) await collectSoon(faults, 'stage', built, () => built.stage.open?.(), patience)
  for (const built of reads ? drivers : []) await collectSoon(faults, 'driver', built, () => built.driver.open?.(), patience)
}

/** Closes every part, whatever the others answer; each has `seconds` for it. */
export async function close({ stages, drivers }: Pipeline, seconds = GRACE_SECONDS): Promise<Fault[]> {
  const faults: Fault[] = []
  const patience = { seconds, since: AbortSignal.abort() }
  for (const built of stages) await collectSoon(faults, 'stage', built, () => built.stage.close?.(), patience)
  for (const built of drivers) await collectSoon(faults, 'driver', built, () => built.driver.close?.(), patience)
  return faults
}

/** How long parts may take to do what they are told. */
export const GRACE_SECONDS = 5

export interface BuildOptions {
  readonly reads: boolean
  readonly stop?: AbortSignal
  readonly graceSeconds?: number
}

const NEVER = new AbortController().signal

/** What is added to the details of a fault of a part, so that it counts for whoever made it. */
export const madeBy = (maker: Maker | undefined): Fault['details'] => (maker ? { kind: maker.kind, plugin: maker.name } : {})

/** As `collect`, but some time after `since` has fired it is not waited for any longer, and told. */
async function collectSoon(
  faults: Fault[],
  kind: 'stage' | 'driver',
  { name, maker }: BuiltStage | BuiltDriver,
  step: () => unknown,
  { seconds, since }: { readonly seconds: number; readonly since: AbortSignal },
): Promise<void> {
  const component = `${kind} "${name}"`
  const patience = after(seconds, since)
  const ended = collect(faults, component, step).then(() => true)
  const isInTime = await Promise.race([ended, patience.reached.then(() => false)])
  patience.clear()
  if (!isInTime) faults.push(new Fault('SFP_RUN_STUCK', { component, seconds, ...madeBy(maker) }))
}

/** Any error as faults; one that is not a fault is a bug of the component. */
export function faultsOf(error: unknown, component: string): readonly Fault[] {
  if (error instanceof Faults) return error.faults
  if (error instanceof Fault) return [error]
  const reason = messageOf(error)
  return [new Fault('SFP_RUN_FAILED', { component, reason }, { cause: error })]
}

/** Does a step of building; what it throws is added to `faults`. */
export async function collect(faults: Fault[], component: string, step: () => unknown): Promise<void> {
  try {
    await step()
  } catch (error) {
    faults.push(...faultsOf(error, component))
  }
}

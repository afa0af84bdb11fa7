// SPDX-License-Identifier: Apache-2.0
import { setMaxListeners } from 'node:events'
import { Channel, type CountingReceiver, type CountingSender } from '../../core/channel/channel.js'
import { fanOut } from '../../core/channel/fan-out.js'
import { merge } from '../../core/channel/merge.js'
import type { Batch } from '../../core/contract/batch.js'
import type { Host } from '../../core/contract/host.js'
import { recordsIn } from '../../core/contract/record-view.js'
import { type Driver, NEVER_ABORTED, type Receiver, type Sender, type Stage } from '../../core/contract/stage.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { messageOf } from '../../core/errors/reason.js'
import { deadlineAfter } from './deadline.js'
import { RestartingStage } from './restarting-stage.js'
import type { StagePlan, Wiring } from './wiring.js'

/** A wiring with all its components created and opened. Fire `abort` to tear it down. */
export interface Pipeline {
  readonly channels: ReadonlyMap<string, Channel<Batch>>
  readonly drivers: readonly BuiltDriver[]
  readonly stages: readonly BuiltStage[]
  readonly abort: AbortController
}

/** The plugin of a component, for counting the faults of plugins. */
export interface PluginIdentity {
  readonly kind: string
  readonly name: string
}

export interface BuiltDriver {
  readonly name: string
  readonly plugin?: PluginIdentity
  readonly driver: Driver
  readonly output: CountingSender<Batch>
}

export interface BuiltStage {
  readonly name: string
  readonly plugin?: PluginIdentity
  readonly stage: Stage
  readonly receivers: readonly CountingReceiver<Batch>[]
  readonly senders: readonly CountingSender<Batch>[]
  /** All receivers merged, all senders merged. */
  readonly input: Receiver<Batch>
  readonly output: Sender<Batch>
}

/** What the wiring provides to a component's host. */
export type HostWiring = Pick<Host, 'inputType' | 'outputType' | 'records'>
export type HostOf = (component: string, hostWiring: HostWiring) => Host

/**
 * Wiring → stages. Opens the last stages first, so that no record is read before its target is open. Drivers are opened only if
 * the pipeline will be run (`reads`), since otherwise they need no input. A component that does not open soon after `stop` has
 * fired is abandoned.
 */
export async function buildPipeline(
  wiring: Wiring,
  hostOf: HostOf,
  { opensDrivers, stop = NEVER_ABORTED, graceSeconds = GRACE_SECONDS }: BuildOptions,
): Promise<Pipeline> {
  const abort = new AbortController()
  // Every channel and every wait of every stage listens to this signal.
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
  for (const plan of wiring.stages) {
    const { name, plugin, inputs, outputs } = plan
    await collectFaults(faults, `stage "${name}"`, () => {
      const stage = createStage(plan, wiring, hostOf(name, hostWiring(wiring, inputs[0]?.type, outputs[0]?.type)))
      const receivers = inputs.map(input => channel(input.name).receiver())
      const senders = outputs.map(output => channel(output.name).sender())
      stages.push({ name, plugin: plugin, stage, receivers, senders, input: merge(receivers), output: fanOut(senders) })
    })
  }
  for (const { name, plugin, options, paths, output } of wiring.drivers) {
    await collectFaults(faults, `driver "${name}"`, () => {
      const driver = plugin.create(options, paths, hostOf(name, hostWiring(wiring, undefined, output.type)))
      drivers.push({ name, plugin: plugin, driver, output: channel(output.name).sender() })
    })
  }
  const pipeline = { channels, drivers, stages, abort }
  if (faults.length === 0) await openParts(pipeline, opensDrivers, faults, { stop, graceSeconds })
  if (faults.length > 0) {
    abort.abort()
    await closeParts(pipeline, graceSeconds)
    throw new Faults(faults)
  }
  return pipeline
}

/** The stage of a plan; with `onError: continue` one that continues after it has thrown. */
function createStage(plan: StagePlan, wiring: Wiring, host: Host): Stage {
  const create = (): Stage => plan.plugin.create(plan.options, host)
  if (plan.onError === 'stop') return create()
  const isShared = ({ outputs }: StagePlan): boolean =>
    outputs.length > 1 && outputs.some(({ name }) => plan.inputs.some(input => input.name === name))
  return new RestartingStage({
    plan,
    create,
    reportFault: fault => host.reportFault(fault, true),
    isInputShared: wiring.stages.some(isShared),
    hasOutputs: plan.outputs.length > 0,
  })
}

const hostWiring = (wiring: Wiring, inputType: string | undefined, outputType: string | undefined): HostWiring => ({
  inputType,
  outputType,
  records(batch, from, to) {
    const adapter = wiring.adapter(inputType)
    if (!adapter) throw new Fault('SFP_CHANNEL_NO_SOURCE', { type: inputType ?? '' })
    return recordsIn(batch, adapter, from, to)
  },
})

/** For components outside of a wiring. */
export const UNWIRED: HostWiring = { inputType: undefined, outputType: undefined, records: () => [] }

/** Opens the last stages first, then the drivers if the pipeline will be run. */
export async function openParts(
  { stages, drivers }: Pipeline,
  opensDrivers: boolean,
  faults: Fault[],
  { stop = NEVER_ABORTED, graceSeconds = GRACE_SECONDS }: Omit<BuildOptions, 'opensDrivers'> = {},
): Promise<void> {
  const deadline = { seconds: graceSeconds, since: stop }
  for (const built of stages.toReversed()) await collectFaultsWithin(faults, 'stage', built, () => built.stage.open?.(), deadline)
  for (const built of opensDrivers ? drivers : [])
    await collectFaultsWithin(faults, 'driver', built, () => built.driver.open?.(), deadline)
}

/** Closes every component, even if others fail; each has `seconds` for it. */
export async function closeParts({ stages, drivers }: Pipeline, seconds = GRACE_SECONDS): Promise<Fault[]> {
  const faults: Fault[] = []
  const deadline = { seconds, since: AbortSignal.abort() }
  for (const built of stages) await collectFaultsWithin(faults, 'stage', built, () => built.stage.close?.(), deadline)
  for (const built of drivers) await collectFaultsWithin(faults, 'driver', built, () => built.driver.close?.(), deadline)
  return faults
}

/** Maximum time in which components must respond. */
export const GRACE_SECONDS = 5

export interface BuildOptions {
  readonly opensDrivers: boolean
  readonly stop?: AbortSignal
  readonly graceSeconds?: number
}

/** Details that attribute a fault of a component to its plugin. */
export const pluginDetails = (plugin: PluginIdentity | undefined): Fault['details'] =>
  plugin ? { kind: plugin.kind, plugin: plugin.name } : {}

/** Like `collect`, but reports a timeout some time after `since` has fired. */
async function collectFaultsWithin(
  faults: Fault[],
  kind: 'stage' | 'driver',
  { name, plugin }: BuiltStage | BuiltDriver,
  step: () => unknown,
  { seconds, since }: { readonly seconds: number; readonly since: AbortSignal },
): Promise<void> {
  const component = `${kind} "${name}"`
  const deadline = deadlineAfter(seconds, since)
  const ended = collectFaults(faults, component, step).then(() => true)
  const isInTime = await Promise.race([ended, deadline.reached.then(() => false)])
  deadline.clear()
  if (!isInTime) faults.push(new Fault('SFP_RUN_STUCK', { component, seconds, ...pluginDetails(plugin) }))
}

/** Any error as faults; an error that is not a fault is a bug of the component. */
export function faultsOf(error: unknown, component: string): readonly Fault[] {
  if (error instanceof Faults) return error.faults
  if (error instanceof Fault) return [error]
  const reason = messageOf(error)
  return [new Fault('SFP_RUN_FAILED', { component, reason }, { cause: error })]
}

/** Runs a step of building; the errors that it throws are added to `faults`. */
export async function collectFaults(faults: Fault[], component: string, step: () => unknown): Promise<void> {
  try {
    await step()
  } catch (error) {
    faults.push(...faultsOf(error, component))
  }
}

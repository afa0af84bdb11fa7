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
import type { Wiring } from './wiring.js'

/** A wiring with every part made and opened. Fire `abort` to tear it down. */
export interface Pipeline {
  readonly channels: ReadonlyMap<string, Channel<Batch>>
  readonly drivers: readonly BuiltDriver[]
  readonly stages: readonly BuiltStage[]
  readonly abort: AbortController
}

export interface BuiltDriver {
  readonly name: string
  readonly driver: Driver
  readonly output: CountingSender<Batch>
}

export interface BuiltStage {
  readonly name: string
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
 * Wiring → stages. Opens the last stages first, so that nothing can be read before its target is there; drivers are opened only if the pipeline will be run (`reads`), since without that they need no input.
 */
export async function build(wiring: Wiring, hostOf: HostOf, { reads }: { readonly reads: boolean }): Promise<Pipeline> {
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
      stages.push({ name, stage, receivers, senders, input: merge(receivers), output: fanOut(senders) })
    })
  }
  for (const { name, plugin, options, paths, output } of wiring.drivers) {
    await collect(faults, `driver "${name}"`, () => {
      const driver = plugin.create(options, paths, hostOf(name, wired(wiring, undefined, output.type)))
      drivers.push({ name, driver, output: channel(output.name).sender() })
    })
  }
  const pipeline = { channels, drivers, stages, abort }
  if (faults.length === 0) await open(pipeline, reads, faults)
  if (faults.length > 0) {
    abort.abort()
    await close(pipeline)
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
export async function open({ stages, drivers }: Pipeline, reads: boolean, faults: Fault[]): Promise<void> {
  for (const { name, stage } of stages.toReversed()) await collect(faults, `stage "${name}"`, () => stage.open?.())
  for (const { name, driver } of reads ? drivers : []) await collect(faults, `driver "${name}"`, () => driver.open?.())
}

/** Closes every stage, whatever the others answer. */
export async function close({ stages, drivers }: Pipeline): Promise<Fault[]> {
  const faults: Fault[] = []
  for (const { name, stage } of stages) await collect(faults, `stage "${name}"`, () => stage.close?.())
  for (const { name, driver } of drivers) await collect(faults, `driver "${name}"`, () => driver.close?.())
  return faults
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

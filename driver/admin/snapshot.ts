// SPDX-License-Identifier: Apache-2.0
import type { ChannelCapacity, ChannelDepth } from '../../core/channel/channel.js'
import type { PluginFigures } from '../loader/plugin-figures.js'
import type { InputProgress, PartSummary, PipelineView } from '../pipeline/pipeline-view.js'
import type { Wiring } from '../pipeline/wiring.js'
import type { ProcessFigures } from './process-figures.js'

export const RUN_PHASES = ['starting', 'running', 'draining'] as const
export type RunPhase = (typeof RUN_PHASES)[number]

/** The state of a running process at one moment: the answer of `/pipeline`, and the input of the live page and of `top`. */
export interface PipelineSnapshot {
  readonly version: string
  /** RFC 3339, UTC. */
  readonly time: string
  /** Uptime in seconds. */
  readonly uptime: number
  readonly state: RunPhase
  readonly process: ProcessFigures
  /** Null if the input has no known end. */
  readonly progress: InputProgress | null
  /** Drivers first; empty until the pipeline runs. */
  readonly parts: readonly PartSnapshot[]
  readonly channels: readonly ChannelSnapshot[]
  /** External plugins, used or not. Their paths are only in the log, since they must not be public. */
  readonly plugins: readonly PluginFigures[]
}

export interface PartSnapshot extends PartSummary {
  /** Name of the driver or processor of this instance. */
  readonly component: string
  /** Names of channels. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** When the driver was last seen to have read a record, to one second; null: never, or not a driver. */
  readonly lastRecord: string | null
}

export interface ChannelSnapshot {
  readonly name: string
  readonly type: string
  /** Names of components. */
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** Number of batches or records that wait in the channel. */
  readonly depth: ChannelDepth
  readonly capacity: ChannelCapacity
}

/** The components of a view with their place in the wiring. Drivers with the same name get a number. */
export function partSnapshots(view: PipelineView, wiring: Wiring, lastRecords: ReadonlyMap<number, string>): PartSnapshot[] {
  const names = uniqueNames(wiring)
  return view.parts().map((part, index) => {
    const driver = wiring.drivers[index]
    const stage = wiring.stages[index - wiring.drivers.length]
    return {
      ...part,
      name: names[index] ?? part.name,
      component: (driver ?? stage)?.plugin.name ?? part.name,
      inputs: driver ? [] : (stage?.inputs ?? []).map(({ name }) => name),
      outputs: driver ? [driver.output.name] : (stage?.outputs ?? []).map(({ name }) => name),
      lastRecord: lastRecords.get(index) ?? null,
    }
  })
}

/** Channels between threads are not in the wiring; they are only in the depths. */
export const channelSnapshots = (view: PipelineView, wiring: Wiring, parts: readonly PartSnapshot[]): ChannelSnapshot[] =>
  view.queues().map(({ name, depth, capacity }) => ({
    name,
    type: wiring.channels.get(name)?.type ?? 'chunks',
    from: parts.filter(({ outputs }) => outputs.includes(name)).map(part => part.name),
    to: parts.filter(({ inputs }) => inputs.includes(name)).map(part => part.name),
    depth,
    capacity,
  }))

/** Names of stages are unique already. */
function uniqueNames({ drivers, stages }: Wiring): string[] {
  const usedNames = new Set(stages.map(({ name }) => name))
  const names = drivers.map(driver => {
    let name = driver.name
    for (let number = 2; usedNames.has(name); number++) name = `${driver.name}#${number}`
    usedNames.add(name)
    return name
  })
  return [...names, ...stages.map(({ name }) => name)]
}

// SPDX-License-Identifier: Apache-2.0
import type { ChannelCapacity, ChannelDepth } from '../../core/channel/channel.js'
import type { PluginFigures } from '../loader/plugin-figures.js'
import type { InputProgress, PartSummary, PipelineView } from '../pipeline/pipeline-view.js'
import type { Wiring } from '../pipeline/wiring.js'
import type { ProcessFigures } from './process-figures.js'

export const RUN_PHASES = ['starting', 'running', 'draining'] as const
export type RunPhase = (typeof RUN_PHASES)[number]

/** A running process at one moment: what `/pipeline` answers, and what the live page and `top` draw. */
export interface PipelineSnapshot {
  readonly version: string
  /** RFC 3339, UTC. */
  readonly time: string
  /** Seconds. */
  readonly uptime: number
  readonly state: RunPhase
  readonly process: ProcessFigures
  /** Null where an input has no known end. */
  readonly progress: InputProgress | null
  /** Drivers first; none until the pipeline runs. */
  readonly parts: readonly PartSnapshot[]
  readonly channels: readonly ChannelSnapshot[]
  /** Those from elsewhere, whether they are used or not. Where they lie is nobody's business but the log's. */
  readonly plugins: readonly PluginFigures[]
}

export interface PartSnapshot extends PartSummary {
  /** Name of the driver or processor that it is an instance of. */
  readonly component: string
  /** Names of channels. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** When a driver was last seen to have taken something, to a second; null: never, or not a driver. */
  readonly lastRecord: string | null
}

export interface ChannelSnapshot {
  readonly name: string
  readonly type: string
  /** Names of parts. */
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** What waits in it. */
  readonly depth: ChannelDepth
  readonly capacity: ChannelCapacity
}

/** The parts of a view with their place in the wiring. Drivers of one name are told apart by a number. */
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

/** Those that join threads are in no wiring; they are told by their depth alone. */
export const channelSnapshots = (view: PipelineView, wiring: Wiring, parts: readonly PartSnapshot[]): ChannelSnapshot[] =>
  view.queues().map(({ name, depth, capacity }) => ({
    name,
    type: wiring.channels.get(name)?.type ?? 'pages',
    from: parts.filter(({ outputs }) => outputs.includes(name)).map(part => part.name),
    to: parts.filter(({ inputs }) => inputs.includes(name)).map(part => part.name),
    depth,
    capacity,
  }))

/** Stages keep their names, which differ. */
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

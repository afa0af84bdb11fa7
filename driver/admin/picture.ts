// SPDX-License-Identifier: Apache-2.0
import type { Capacity, Depth } from '../../core/channel/channel.js'
import type { Wiring } from '../pipeline/wiring.js'
import type { PluginFigures } from '../loader/plugin-figures.js'
import type { PartSummary, Progress, View } from '../pipeline/view.js'
import type { ProcessFigures } from './process-figures.js'

export const STATES = ['starting', 'running', 'draining'] as const
export type State = (typeof STATES)[number]

/** A running process at one moment: what `/pipeline` answers, and what the live page and `top` draw. */
export interface Picture {
  readonly version: string
  /** RFC 3339, UTC. */
  readonly time: string
  /** Seconds. */
  readonly uptime: number
  readonly state: State
  readonly process: ProcessFigures
  /** Null where an input has no known end. */
  readonly progress: Progress | null
  /** Drivers first; none until the pipeline runs. */
  readonly parts: readonly PartPicture[]
  readonly channels: readonly ChannelPicture[]
  /** Those from elsewhere, whether they are used or not. Where they lie is nobody's business but the log's. */
  readonly plugins: readonly PluginFigures[]
}

export interface PartPicture extends PartSummary {
  /** Name of the driver or processor that it is an instance of. */
  readonly component: string
  /** Names of channels. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** When a driver was last seen to have taken something, to a second; null: never, or not a driver. */
  readonly lastRecord: string | null
}

export interface ChannelPicture {
  readonly name: string
  readonly type: string
  /** Names of parts. */
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** What waits in it. */
  readonly depth: Depth
  readonly capacity: Capacity
}

/** The parts of a view with their place in the wiring. Drivers of one name are told apart by a number. */
export function partPictures(view: View, wiring: Wiring, lastRecords: ReadonlyMap<number, string>): PartPicture[] {
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
export const channelPictures = (view: View, wiring: Wiring, parts: readonly PartPicture[]): ChannelPicture[] =>
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
  const taken = new Set(stages.map(({ name }) => name))
  const names = drivers.map(driver => {
    let name = driver.name
    for (let number = 2; taken.has(name); number++) name = `${driver.name}#${number}`
    taken.add(name)
    return name
  })
  return [...names, ...stages.map(({ name }) => name)]
}

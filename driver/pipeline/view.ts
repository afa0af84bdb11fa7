// SPDX-License-Identifier: Apache-2.0
import type { Capacity, Depth } from '../../core/channel/channel.js'
import type { Ledger } from '../../core/contract/ledger.js'
import type { Pipeline } from './build.js'

/** A run as the progress line, -perflog and the summary see it, whether it goes on in this thread or in others. */
export interface View {
  /** Parts in the order of the pipeline, drivers first. */
  parts(): readonly PartSummary[]
  /** Undefined where an input has no known end. */
  progress(): Progress | undefined
  queues(): readonly Queue[]
}

/** One driver or stage. `taken + made = passed + used + dropped + held`. */
export interface PartSummary {
  readonly name: string
  readonly kind: 'driver' | 'stage'
  readonly taken: number
  /** Absent: none. */
  readonly made?: number
  readonly passed: number
  readonly held: number
  readonly used: Readonly<Record<string, number>>
  readonly dropped: Readonly<Record<string, number>>
  /** The part's own figures. */
  readonly report: Readonly<Record<string, unknown>>
}

/** Bytes. */
export interface Progress {
  readonly done: number
  readonly total: number
}

/** What was sent into a channel and not yet received. */
export interface Queue {
  readonly name: string
  readonly depth: Depth
  readonly capacity: Capacity
}

export const queueOf = (name: string, { depth, capacity }: Omit<Queue, 'name'>): Queue => ({ name, depth, capacity })

export const viewOf = ({ drivers, stages, channels }: Pipeline): View => ({
  parts: () => [
    ...drivers.map(({ name, driver }) => partOf(name, 'driver', driver)),
    ...stages.map(({ name, stage }) => partOf(name, 'stage', stage)),
  ],
  progress: () => sumOf(drivers.map(({ driver }) => driver.progress?.())),
  queues: () => [...channels.values()].map(channel => queueOf(channel.name, channel)),
})

export function partOf(
  name: string,
  kind: PartSummary['kind'],
  part: { readonly ledger: Ledger; report?(): PartSummary['report'] },
): PartSummary {
  const { taken, made, passed, held, used, dropped } = part.ledger
  const [usedBy, droppedBy] = [Object.fromEntries(used), Object.fromEntries(dropped)]
  const counts = { taken, ...(made > 0 && { made }), passed, held, used: usedBy, dropped: droppedBy }
  return { name, kind, ...counts, report: part.report?.() ?? {} }
}

/** Undefined if any of them is. */
export function sumOf(inputs: readonly (Progress | undefined)[]): Progress | undefined {
  let [done, total] = [0, 0]
  for (const input of inputs) {
    if (input === undefined) return undefined
    done += input.done
    total += input.total
  }
  return { done, total }
}

/** Records that the drivers have taken in. */
export const recordsOf = (view: View): number =>
  view.parts().reduce((sum, { kind, taken }) => sum + (kind === 'driver' ? taken : 0), 0)

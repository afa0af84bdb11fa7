// SPDX-License-Identifier: Apache-2.0
import type { ChannelCapacity, ChannelDepth } from '../../core/channel/channel.js'
import type { Ledger } from '../../core/contract/ledger.js'
import type { Pipeline } from './build.js'

/** The figures of a run for the progress line, -perflog and the summary, whether it uses one thread or several. */
export interface PipelineView {
  /** Components in the order of the pipeline, drivers first. */
  parts(): readonly PartSummary[]
  /** Undefined if an input has no known end. */
  progress(): InputProgress | undefined
  queues(): readonly Queue[]
}

/** One driver or stage. `in + created = out + filtered + dropped + held`. */
export interface PartSummary {
  readonly name: string
  readonly kind: 'driver' | 'stage'
  readonly in: number
  /** Absent: none. */
  readonly created?: number
  readonly out: number
  readonly held: number
  readonly filtered: Readonly<Record<string, number>>
  readonly dropped: Readonly<Record<string, number>>
  /** The component's own figures. */
  readonly report: Readonly<Record<string, unknown>>
}

/** Sizes in bytes. */
export interface InputProgress {
  readonly done: number
  readonly total: number
}

/** Batches that were sent into a channel and not yet received. */
export interface Queue {
  readonly name: string
  readonly depth: ChannelDepth
  readonly capacity: ChannelCapacity
}

export const queueOf = (name: string, { depth, capacity }: Omit<Queue, 'name'>): Queue => ({ name, depth, capacity })

export const pipelineViewOf = ({ drivers, stages, channels }: Pipeline): PipelineView => ({
  parts: () => [
    ...drivers.map(({ name, driver }) => partSummaryOf(name, 'driver', driver)),
    ...stages.map(({ name, stage }) => partSummaryOf(name, 'stage', stage)),
  ],
  progress: () => sumOfProgress(drivers.map(({ driver }) => driver.progress?.())),
  queues: () => [...channels.values()].map(channel => queueOf(channel.name, channel)),
})

export function partSummaryOf(
  name: string,
  kind: PartSummary['kind'],
  part: { readonly ledger: Ledger; report?(): PartSummary['report'] },
): PartSummary {
  const { in: received, created, out, held, filtered, dropped } = part.ledger
  const counts = {
    in: received,
    ...(created > 0 && { created }),
    out,
    held,
    filtered: Object.fromEntries(filtered),
    dropped: Object.fromEntries(dropped),
  }
  return { name, kind, ...counts, report: part.report?.() ?? {} }
}

/** Undefined if one of them is. */
export function sumOfProgress(inputs: readonly (InputProgress | undefined)[]): InputProgress | undefined {
  let [done, total] = [0, 0]
  for (const input of inputs) {
    if (input === undefined) return undefined
    done += input.done
    total += input.total
  }
  return { done, total }
}

/** Records that the drivers have read. */
export const recordsRead = (view: PipelineView): number =>
  view.parts().reduce((sum, part) => sum + (part.kind === 'driver' ? part.in : 0), 0)

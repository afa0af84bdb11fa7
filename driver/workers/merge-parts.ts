// SPDX-License-Identifier: Apache-2.0
import type { ChannelDepth } from '../../core/channel/channel.js'
import type { DriverPlugin, ProcessorPlugin } from '../../core/contract/plugin.js'
import { type Report, sumReports } from '../../core/contract/report.js'
import type { PartSummary, Queue } from '../pipeline/pipeline-view.js'
import type { Wiring } from '../pipeline/wiring.js'
import type { WorkerFigures } from './messages.js'

/** The figures of one worker. */
export interface WorkerResult {
  readonly figures: WorkerFigures
  /** By component: the last partition of which it received something. */
  readonly lastPartitions: readonly number[]
}

/** The pipelines of all workers as one: adds the counts of each component. */
export const mergeParts = ({ drivers, stages }: Wiring, results: readonly WorkerResult[]): PartSummary[] =>
  [...drivers, ...stages].map(({ name, plugin }, index) => {
    const inOrder = results.toSorted((a, b) => (a.lastPartitions[index] ?? -1) - (b.lastPartitions[index] ?? -1))
    const parts = inOrder.map(({ figures }) => figures.parts[index]).filter(part => part !== undefined)
    const sum = (count: (part: PartSummary) => number): number => parts.reduce((total, part) => total + count(part), 0)
    const created = sum(part => part.created ?? 0)
    return {
      name,
      kind: plugin.kind === 'driver' ? 'driver' : 'stage',
      in: sum(part => part.in),
      ...(created > 0 && { created }),
      out: sum(({ out }) => out),
      held: sum(({ held }) => held),
      filtered: addedCounts(parts.map(({ filtered }) => filtered)),
      dropped: addedCounts(parts.map(({ dropped }) => dropped)),
      report: mergeReportsOf(
        plugin,
        parts.map(({ report }) => report),
      ),
    }
  })

/** Channels with equal names are merged. */
export function mergeQueues(queues: readonly Queue[]): Queue[] {
  const sums = new Map<string, Queue>()
  for (const queue of queues) {
    const { name, depth, capacity } = queue
    const sum = sums.get(name)
    sums.set(name, sum ? { name, depth: added(sum.depth, depth), capacity: added(sum.capacity, capacity) } : queue)
  }
  return [...sums.values()]
}

const added = (a: ChannelDepth, b: ChannelDepth): ChannelDepth => ({
  records: a.records + b.records,
  batches: a.batches + b.batches,
  bytes: a.bytes + b.bytes,
})

function mergeReportsOf(plugin: DriverPlugin | ProcessorPlugin, reports: readonly Report[]): Report {
  const merge = plugin.kind === 'processor' ? plugin.mergeReports : undefined
  return (merge ?? sumReports)(reports)
}

type Counts = Readonly<Record<string, number>>

function addedCounts(all: readonly Counts[]): Counts {
  const sum: Record<string, number> = {}
  for (const counts of all) for (const [reason, count] of Object.entries(counts)) sum[reason] = (sum[reason] ?? 0) + count
  return sum
}

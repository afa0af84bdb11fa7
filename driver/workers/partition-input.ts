// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os'
import type { SubcomponentPlugin } from '../../core/contract/plugin.js'
import type { Partition } from '../../core/contract/stage.js'
import { Fault } from '../../core/errors/fault.js'
import { type HostOf, UNWIRED } from '../pipeline/build.js'
import type { Wiring } from '../pipeline/wiring.js'

/** The input of a pipeline for several threads. */
export interface PartitionedInput {
  /** In the order in which their records must be written. */
  readonly partitions: readonly Partition[]
  /** Input that the driver could not read. */
  readonly faults: readonly InputFault[]
  /** Number of threads: at least two, at most one per partition. */
  readonly workerCount: number
}

export interface InputFault {
  readonly fault: Error
  readonly lostData: boolean
}

/**
 * Partitions a pipeline's input for the requested number of threads. Undefined if only one thread can be used; calls `warn` if
 * more were requested. Throws if there is nothing to read.
 */
export async function partitionInput(
  wiring: Wiring,
  workers: number | 'auto',
  hostOf: HostOf,
  warn: (fault: Fault) => void,
): Promise<PartitionedInput | undefined> {
  const wanted = workers === 'auto' ? availableParallelism() : workers
  if (wanted < 2) return undefined
  const reason = singleThreadReason(wiring)
  if (reason !== undefined) {
    if (workers !== 'auto') warn(new Fault('SFP_RUN_WORKERS', { wanted, reason }, { level: 'warning' }))
    return undefined
  }
  const [input] = wiring.drivers
  if (!input) return undefined
  const { name, plugin, options, paths } = input
  const faults: InputFault[] = []
  // If only one thread is used after all, its driver reports the same faults again.
  const host = { ...hostOf(name, UNWIRED), reportFault: (fault: Error, lostData: boolean) => faults.push({ fault, lostData }) }
  const driver = plugin.create(options, paths, host)
  const found = (await driver.partitions?.()) ?? []
  await driver.close?.()
  const partitions = found.toSorted((a, b) => a.position - b.position)
  const workerCount = Math.min(wanted, partitions.length)
  return workerCount > 1 ? { partitions, faults, workerCount } : undefined
}

/** Why several threads cannot run a pipeline; undefined if they can. */
export function singleThreadReason({ drivers, stages }: Wiring): string | undefined {
  const [driver, another] = drivers
  if (!driver || another) return 'the pipeline has several drivers'
  if (!driver.plugin.unpartitionableReason) return `driver "${driver.name}" cannot partition its input`
  const reason = driver.plugin.unpartitionableReason(driver.options)
  if (reason !== undefined) return reason
  for (const { name, plugin, options: settings } of stages) {
    if (!plugin.isPartitionable) return `stage "${name}" may keep state between traces`
    const part = plugin.subcomponents?.(settings).find(isStateful)
    if (part) return `${part.kind} "${part.name}" of stage "${name}" may keep state between traces`
    if ((plugin.offersWith?.(settings) ?? plugin.offers).length === 0 && plugin.name !== 'exporter')
      return `stage "${name}" ends the pipeline and is not an exporter`
  }
  return undefined
}

/** Encoders and transports process each record on its own, so partitions do not matter to them. */
const isStateful = (part: SubcomponentPlugin): boolean =>
  (part.kind === 'handler' || part.kind === 'action') && !part.isPartitionable

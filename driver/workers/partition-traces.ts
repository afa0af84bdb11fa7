// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os'
import type { SubcomponentPlugin } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { findInputFiles, type InputFile } from '../../core/input/input-files.js'
import type { Wiring } from '../pipeline/wiring.js'

/** Traces for several threads. */
export interface TracePartition {
  /** In the order in which their records are written. */
  readonly files: readonly InputFile[]
  /** Paths that cannot be read. */
  readonly faults: readonly Fault[]
  /** How many threads: at least two, at most one for each trace. */
  readonly workerCount: number
}

/**
 * The traces of a pipeline for as many threads as are wanted; undefined where one thread has to do, which `warn` is told of
 * if it is not what was asked for. Throws if there is nothing to read.
 */
export async function partitionTraces(
  wiring: Wiring,
  workers: number | 'auto',
  warn: (fault: Fault) => void,
): Promise<TracePartition | undefined> {
  const wanted = workers === 'auto' ? availableParallelism() : workers
  if (wanted < 2) return undefined
  const reason = singleThreadReason(wiring)
  if (reason !== undefined) {
    if (workers !== 'auto') warn(new Fault('SFP_RUN_WORKERS', { wanted, reason }, { level: 'warning' }))
    return undefined
  }
  const { files, faults } = await findInputFiles(wiring.drivers.flatMap(({ paths }) => paths))
  const workerCount = Math.min(wanted, files.length)
  return workerCount > 1 ? { files, faults, workerCount } : undefined
}

/** Why the traces of a pipeline cannot be shared out among threads; undefined if they can. */
export function singleThreadReason({ drivers, stages }: Wiring): string | undefined {
  const [driver, another] = drivers
  if (!driver || another) return 'it has several drivers'
  if (driver.plugin.name !== 'file') return `driver "${driver.name}" does not read trace files`
  const { follow, checkpoint } = driver.options
  if (follow === true) return 'its traces are followed'
  if (checkpoint !== undefined) return 'a checkpoint is kept'
  for (const { name, plugin, options: settings } of stages) {
    if (!plugin.isPartitionable) return `stage "${name}" may keep something from one trace to the next`
    const part = plugin.subcomponents?.(settings).find(isStateful)
    if (part) return `${part.kind} "${part.name}" of stage "${name}" may keep something from one trace to the next`
    if ((plugin.offersWith?.(settings) ?? plugin.offers).length === 0 && plugin.name !== 'exporter')
      return `stage "${name}" ends the pipeline and is no exporter`
  }
  return undefined
}

/** Encoders and transports take records one by one, whatever trace they are of. */
const isStateful = (part: SubcomponentPlugin): boolean =>
  (part.kind === 'handler' || part.kind === 'action') && !part.isPartitionable

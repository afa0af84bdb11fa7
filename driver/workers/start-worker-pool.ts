// SPDX-License-Identifier: Apache-2.0

import { setMaxListeners } from 'node:events'
import { availableParallelism } from 'node:os'
import { Channel, type CountingSender } from '../../core/channel/channel.js'
import { fanOut } from '../../core/channel/fan-out.js'
import type { Batch } from '../../core/contract/batch.js'
import type { DisabledOptimizations } from '../../core/contract/host.js'
import { type Fault, Faults } from '../../core/errors/fault.js'
import { forwarderOf } from '../../core/exporter/forwarder.js'
import type { RunSettings } from '../config/run-settings.js'
import { auditLedgers } from '../pipeline/audit.js'
import { type BuiltStage, closeParts, collectFaults, type HostOf, openParts, type Pipeline, UNWIRED } from '../pipeline/build.js'
import type { PipelineRun } from '../pipeline/pipeline-run.js'
import { type PartSummary, type PipelineView, partSummaryOf, queueOf } from '../pipeline/pipeline-view.js'
import type { Wiring } from '../pipeline/wiring.js'
import { packageVersion } from '../process/package.js'
import type { ProcessContext } from '../process/process-context.js'
import { mergeParts, mergeQueues } from './merge-parts.js'
import type { PartitionedInput } from './partition-input.js'
import { StageChunk, WorkerPool } from './worker-pool.js'

/**
 * Starts a pipeline whose input is read, evaluated and encoded by worker threads, each with a pipeline of its own. This thread
 * runs the worker pool as the driver, and one forwarder for each exporter that writes. Throws the errors of the start.
 */
export async function startWorkerPool(
  wiring: Wiring,
  { partitions, faults: unreadable, workerCount }: PartitionedInput,
  settings: RunSettings,
  context: ProcessContext,
  hostOf: HostOf,
): Promise<PipelineRun> {
  const assignment = {
    settings: { ...settings, disabledOptimizations: disabledOptimizationsFor(workerCount, settings) },
    environment: { ...context.environment },
    directory: context.directory,
  }
  const untyped = UNWIRED
  const pool = new WorkerPool(partitions, workerCount, assignment, component => hostOf(component, untyped))
  const pipeline = assemblePipeline(wiring, pool, context, hostOf)
  const reader = hostOf(wiring.drivers[0]?.name ?? '', untyped)
  for (const { fault, lostData } of unreadable) reader.reportFault(fault, lostData)
  const faults: Fault[] = []
  const health: Fault[] = []
  await openParts(pipeline, false, faults)
  await collectFaults(faults, 'the worker threads', async () => health.push(...(await pool.start())))
  if (faults.length > 0) {
    await pool.terminate()
    pipeline.abort.abort()
    await closeParts(pipeline)
    throw new Faults(faults)
  }
  context.onReload?.(() => pool.reload())
  return {
    pipeline,
    view: workerPoolView(pool, wiring, pipeline),
    health,
    audit: endedEarly => pool.mismatches && [...auditLedgers(pipeline, endedEarly), ...pool.mismatches],
  }
}

/**
 * If each thread has less than two cores, it decompresses its blocks itself: threads that decompress ahead would have no core of
 * their own, and transferring a block and waking them then costs more than decompressing it.
 */
const disabledOptimizationsFor = (workerCount: number, { disabledOptimizations }: RunSettings): DisabledOptimizations =>
  workerCount * 2 > availableParallelism() ? new Set([...disabledOptimizations, 'inflate-ahead']) : disabledOptimizations

function assemblePipeline(wiring: Wiring, pool: WorkerPool, context: ProcessContext, hostOf: HostOf): Pipeline {
  const abort = new AbortController()
  setMaxListeners(0, abort.signal)
  const channels = new Map<string, Channel<Batch>>()
  const senders = new Map<string, CountingSender<Batch>>()
  const stages: BuiltStage[] = []
  for (const { name, plugin, options, inputs } of wiring.stages) {
    if (plugin.offers.length > 0) continue
    const { components } = wiring
    const host = hostOf(name, { ...UNWIRED, inputType: inputs[0]?.type })
    const stage = forwarderOf(options, { stdout: context.stdout, version: packageVersion(), components, host })
    if (!stage) continue
    const channel = new Channel<Batch>(name, 'chunks', abort.signal)
    channels.set(name, channel)
    senders.set(name, channel.sender())
    const receiver = channel.receiver()
    stages.push({ name, stage, receivers: [receiver], senders: [], input: receiver, output: fanOut([]) })
  }
  return { channels, drivers: [{ name: 'worker threads', driver: pool, output: routeByStage(senders) }], stages, abort }
}

/** Sends each chunk to its stage. */
function routeByStage(senders: ReadonlyMap<string, CountingSender<Batch>>): CountingSender<Batch> {
  return {
    get sent() {
      return [...senders.values()].reduce((sum, { sent }) => sum + sent, 0)
    },
    async send(chunk) {
      const sender = chunk instanceof StageChunk ? senders.get(chunk.stage) : undefined
      if (!sender) throw new TypeError('a chunk arrived for a stage without output')
      await sender.send(chunk)
    },
    close() {
      for (const sender of senders.values()) sender.close()
    },
  }
}

/** Figures of exporters come from this thread: only here it is known what has been written. */
function workerPoolView(pool: WorkerPool, wiring: Wiring, { stages, channels }: Pipeline): PipelineView {
  return {
    parts: () =>
      mergeParts(wiring, pool.workers).map(part => {
        const localStage = stages.find(({ name }) => name === part.name && part.kind === 'stage')
        return localStage ? withLosses(partSummaryOf(localStage.name, 'stage', localStage.stage), part.dropped) : part
      }),
    progress: () => pool.progress(),
    queues: () => [
      ...mergeQueues(pool.workers.flatMap(({ figures }) => figures.queues)),
      ...[...channels.values()].map(channel => queueOf(`chunks of ${channel.name}`, channel)),
    ],
  }
}

/** Adds the records that the worker threads could not encode, which never reach this thread. */
function withLosses(part: PartSummary, losses: PartSummary['dropped']): PartSummary {
  const lost = Object.values(losses).reduce((sum, count) => sum + count, 0)
  return lost === 0 ? part : { ...part, in: part.in + lost, dropped: { ...losses, ...part.dropped } }
}

// SPDX-License-Identifier: Apache-2.0
import { setMaxListeners } from 'node:events'
import { availableParallelism } from 'node:os'
import { Channel, type CountingSender } from '../../core/channel/channel.js'
import { fanOut } from '../../core/channel/fan-out.js'
import type { Batch } from '../../core/contract/batch.js'
import type { Without } from '../../core/contract/optimisation.js'
import { type Fault, Faults } from '../../core/errors/fault.js'
import { forwarderOf } from '../../core/exporter/forwarder.js'
import type { Job } from '../pipeline/job.js'
import { packageVersion } from '../process/package.js'
import { audit } from '../pipeline/audit.js'
import { type BuiltStage, close, collect, type HostOf, open, type Pipeline, UNWIRED } from '../pipeline/build.js'
import type { Wiring } from '../pipeline/wiring.js'
import type { World } from '../pipeline/prepare.js'
import type { RunSettings } from '../cli/run-options.js'
import { type PartSummary, partOf, queueOf, type View } from '../pipeline/view.js'
import { Crew, StagePage } from './crew.js'
import { mergedParts, mergedQueues } from './merge-parts.js'
import type { Shares } from './share-out.js'

/**
 * A pipeline whose traces are read, judged and encoded by worker threads, each with a pipeline of its own. In this thread
 * run the crew, as the driver, and one forwarder for each exporter that writes somewhere. Throws what keeps it from starting.
 */
export async function startCrew(
  wiring: Wiring,
  { files, faults: unreadable, size }: Shares,
  settings: RunSettings,
  world: World,
  hostOf: HostOf,
): Promise<Job> {
  const assignment = {
    settings: { ...settings, without: withoutFor(size, settings) },
    environment: { ...world.environment },
    directory: world.directory,
  }
  const untyped = UNWIRED
  const crew = new Crew(files, size, assignment, component => hostOf(component, untyped))
  const pipeline = assemble(wiring, crew, world, hostOf)
  const reader = hostOf(wiring.drivers[0]?.name ?? '', untyped)
  for (const fault of unreadable) reader.fault(fault, true)
  const faults: Fault[] = []
  const health: Fault[] = []
  await open(pipeline, false, faults)
  await collect(faults, 'the worker threads', async () => health.push(...(await crew.start())))
  if (faults.length > 0) {
    await crew.dismiss()
    pipeline.abort.abort()
    await close(pipeline)
    throw new Faults(faults)
  }
  world.onReload?.(() => crew.reload())
  return {
    pipeline,
    view: viewOfCrew(crew, wiring, pipeline),
    health,
    audit: quitters => crew.mismatches && [...audit(pipeline, quitters), ...crew.mismatches],
  }
}

/**
 * Where each thread has less than two cores, it unpacks its blocks itself: threads that unpack ahead would have no core of
 * their own, and to hand a block over and wake them then costs more than to unpack it.
 */
const withoutFor = (size: number, { without }: RunSettings): Without =>
  size * 2 > availableParallelism() ? new Set([...without, 'inflate-ahead']) : without

function assemble(wiring: Wiring, crew: Crew, world: World, hostOf: HostOf): Pipeline {
  const abort = new AbortController()
  setMaxListeners(0, abort.signal)
  const channels = new Map<string, Channel<Batch>>()
  const senders = new Map<string, CountingSender<Batch>>()
  const stages: BuiltStage[] = []
  for (const { name, plugin, options } of wiring.stages) {
    if (plugin.offers.length > 0) continue
    const { components } = wiring
    const host = hostOf(name, UNWIRED)
    const stage = forwarderOf(options, { terminal: world.stdout, version: packageVersion(), components, host })
    if (!stage) continue
    const channel = new Channel<Batch>(name, 'pages', abort.signal)
    channels.set(name, channel)
    senders.set(name, channel.sender())
    const receiver = channel.receiver()
    stages.push({ name, stage, receivers: [receiver], senders: [], input: receiver, output: fanOut([]) })
  }
  return { channels, drivers: [{ name: 'worker threads', driver: crew, output: sorter(senders) }], stages, abort }
}

/** Sends each page to the stage that it is for. */
function sorter(senders: ReadonlyMap<string, CountingSender<Batch>>): CountingSender<Batch> {
  return {
    get sent() {
      return [...senders.values()].reduce((sum, { sent }) => sum + sent, 0)
    },
    async send(page) {
      const sender = page instanceof StagePage ? senders.get(page.stage) : undefined
      if (!sender) throw new TypeError('a page came for a stage that writes nothing')
      await sender.send(page)
    },
    close() {
      for (const sender of senders.values()) sender.close()
    },
  }
}

/** Exporters are told of as this thread knows them: only here is it known what has been written. */
function viewOfCrew(crew: Crew, wiring: Wiring, { stages, channels }: Pipeline): View {
  return {
    parts: () =>
      mergedParts(wiring, crew.members).map(part => {
        const here = stages.find(({ name }) => name === part.name && part.kind === 'stage')
        return here ? withLosses(partOf(here.name, 'stage', here.stage), part.dropped) : part
      }),
    progress: () => crew.progress(),
    queues: () => [
      ...mergedQueues(crew.members.flatMap(({ figures }) => figures.queues)),
      ...[...channels.values()].map(channel => queueOf(`pages of ${channel.name}`, channel)),
    ],
  }
}

/** With what the threads could not encode: of that nothing has come here. */
function withLosses(part: PartSummary, losses: PartSummary['dropped']): PartSummary {
  const lost = Object.values(losses).reduce((sum, count) => sum + count, 0)
  return lost === 0 ? part : { ...part, taken: part.taken + lost, dropped: { ...losses, ...part.dropped } }
}

// SPDX-License-Identifier: Apache-2.0

import { parentPort, workerData } from 'node:worker_threads'
import type { Logger } from '../../core/contract/host.js'
import type { DriverPlugin } from '../../core/contract/plugin.js'
import type { Partition } from '../../core/contract/stage.js'
import { NEVER_ABORTED } from '../../core/contract/stage.js'
import { serializeFault } from '../../core/errors/serialized-fault.js'
import type { RunSettings } from '../config/run-settings.js'
import type { UncaughtErrors } from '../loader/uncaught-errors.js'
import { auditLedgers } from '../pipeline/audit.js'
import { buildPipeline, closeParts, faultsOf, type HostOf, type Pipeline } from '../pipeline/build.js'
import { checkHealth } from '../pipeline/check-health.js'
import { pipelineViewOf } from '../pipeline/pipeline-view.js'
import { prepareToRun } from '../pipeline/prepare.js'
import { runToEndOfInput } from '../pipeline/run.js'
import type { Wiring } from '../pipeline/wiring.js'
import { AssignedPartitionDriver } from './assigned-partition-driver.js'
import { ChunkRelay } from './chunk-relay.js'
import type { Assignment, WorkerCommand, WorkerFigures, WorkerMessage } from './messages.js'

type ErrorHandler = (error: unknown) => boolean

/** A worker thread: builds the same pipeline as the main thread, and runs it once for each assigned partition. */
class PartitionWorker {
  readonly #assignment: Assignment
  readonly #post: (message: WorkerMessage, memory?: ArrayBuffer[]) => void
  readonly #relay: ChunkRelay
  readonly #stop = new AbortController()
  readonly #reloadListeners = new Set<() => void>()
  #partitionDriver: AssignedPartitionDriver | undefined
  #pipeline: Pipeline | undefined
  #uncaughtErrors: UncaughtErrors | undefined
  #isReporting: boolean

  constructor(assignment: Assignment, post: (message: WorkerMessage, memory?: ArrayBuffer[]) => void) {
    this.#assignment = assignment
    this.#post = post
    this.#relay = new ChunkRelay(post)
    this.#isReporting = assignment.isFirst
  }

  async build(): Promise<void> {
    const { settings, environment, directory } = this.#assignment
    const overrideTransport = (stage: string) => this.#relay.transport(stage)
    try {
      const onUncaughtError = (handler: ErrorHandler): void => this.#onUncaughtError(handler)
      const context = { environment, directory, stdout: process.stdout, overrideTransport, onUncaughtError }
      const { wiring, uncaughtErrors } = await prepareToRun(settings, context)
      this.#uncaughtErrors = uncaughtErrors
      uncaughtErrors.reportTo(fault => this.#reportFault('', fault, true))
      const pipeline = await buildPipeline(this.#withAssignedPartitions(wiring), this.#hostFactory(directory, settings), {
        opensDrivers: false,
      })
      this.#pipeline = pipeline
      const health = await checkHealth(pipeline)
      this.#isReporting = true
      this.#post({ kind: 'built', figures: figuresOf(pipeline), health: health.map(serializeFault) })
    } catch (error) {
      this.#post({ kind: 'failed', faults: faultsOf(error, 'a worker thread').map(serializeFault) })
    }
  }

  async handleCommand(command: WorkerCommand): Promise<void> {
    switch (command.kind) {
      case 'read':
        return this.#read(command.partition)
      case 'written':
        return this.#relay.release(command.memory)
      case 'reload':
        for (const listener of this.#reloadListeners) listener()
        return
      case 'stop':
        return this.#stop.abort()
      case 'close':
        return this.#close()
      default:
        command satisfies never
    }
  }

  async #read(partition: Partition): Promise<void> {
    const pipeline = this.#pipeline
    if (!pipeline) return
    this.#partitionDriver?.assign(partition)
    const watch = setInterval(() => this.#post({ kind: 'figures', figures: figuresOf(pipeline) }), FIGURES_INTERVAL_MS)
    const { faults, isComplete } = await runToEndOfInput(pipeline, { stop: NEVER_ABORTED })
    clearInterval(watch)
    if (faults.length > 0 || !isComplete) {
      this.#post({ kind: 'failed', faults: faults.map(serializeFault) })
      return
    }
    for (const channel of pipeline.channels.values()) channel.reopen()
    this.#post({ kind: 'done', figures: figuresOf(pipeline) })
  }

  async #close(): Promise<void> {
    const pipeline = this.#pipeline
    if (!pipeline) return
    const faults = await closeParts(pipeline)
    for (const fault of this.#uncaughtErrors?.suppressedFaults() ?? []) this.#reportFault('', fault, true)
    const mismatches = auditLedgers(pipeline, new Set())
    this.#post({ kind: 'closed', faults: faults.map(serializeFault), mismatches: mismatches.map(serializeFault) })
  }

  #withAssignedPartitions(wiring: Wiring): Wiring {
    const assigned = (plugin: DriverPlugin): DriverPlugin['create'] => {
      return (options, paths, host) => {
        this.#partitionDriver = new AssignedPartitionDriver(plugin.create(options, paths, host), this.#stop.signal)
        return this.#partitionDriver
      }
    }
    return {
      ...wiring,
      drivers: wiring.drivers.map(driver => ({ ...driver, plugin: { ...driver.plugin, create: assigned(driver.plugin) } })),
    }
  }

  #hostFactory(directory: string, { disabledOptimizations, perflog }: RunSettings): HostOf {
    return (component, wired) => ({
      log: this.#logger(component),
      stage: component,
      directory,
      disabledOptimizations,
      perflog,
      isSecondaryWorker: !this.#assignment.isFirst,
      onReload: listener => {
        this.#reloadListeners.add(listener)
        return () => this.#reloadListeners.delete(listener)
      },
      ...wired,
      reportFault: (fault, lostData) => this.#reportFault(component, fault, lostData),
    })
  }

  #reportFault(component: string, fault: Error, lostData: boolean): void {
    if (this.#isReporting) this.#post({ kind: 'fault', component, fault: serializeFault(fault), lostData })
  }

  /** An uncaught error ends the thread unless it comes from a plugin. */
  #onUncaughtError(handler: ErrorHandler): void {
    process.on('uncaughtException', error => {
      if (!handler(error)) this.#post({ kind: 'failed', faults: [serializeFault(error)] })
    })
  }

  #logger(component: string): Logger {
    const write = (level: keyof Logger) => (text: string) => {
      if (this.#isReporting) this.#post({ kind: 'line', component, level, text })
    }
    return { trace: write('trace'), info: write('info'), warn: write('warn'), error: write('error'), health: write('health') }
  }
}

function figuresOf(pipeline: Pipeline): WorkerFigures {
  const view = pipelineViewOf(pipeline)
  return { parts: view.parts(), progress: view.progress(), queues: view.queues() }
}

/** In milliseconds. */
const FIGURES_INTERVAL_MS = 250

if (parentPort) {
  const port = parentPort
  const worker = new PartitionWorker(workerData, (message, memory) => port.postMessage(message, memory))
  port.on('message', (command: WorkerCommand) => worker.handleCommand(command))
  await worker.build()
}

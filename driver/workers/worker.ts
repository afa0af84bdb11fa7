// SPDX-License-Identifier: Apache-2.0
import { parentPort, workerData } from 'node:worker_threads'
import type { Logger } from '../../core/contract/logger.js'
import type { Host } from '../../core/contract/stage.js'
import { packed } from '../../core/errors/fault-data.js'
import { audit } from '../pipeline/audit.js'
import { build, close, faultsOf, type HostOf, type Pipeline } from '../pipeline/build.js'
import { checkHealth } from '../pipeline/check-health.js'
import { flow } from '../pipeline/run.js'
import type { Wiring } from '../pipeline/wiring.js'
import type { Strays } from '../loader/strays.js'
import { prepareToRun } from '../pipeline/prepare.js'
import type { RunSettings } from '../cli/run-options.js'
import type { TraceFile } from '../../plugins/sysflow/drivers/trace-files.js'
import { viewOf } from '../pipeline/view.js'
import { HandedTraces } from './handed-traces.js'
import type { Assignment, Figures, News, Order } from './messages.js'
import { Relay } from './relay.js'

type Taker = (error: unknown) => boolean

/** A worker thread: builds the pipeline as the main thread would, and runs it once for every trace that it is handed. */
class TraceWorker {
  readonly #assignment: Assignment
  readonly #post: (news: News, memory?: ArrayBuffer[]) => void
  readonly #relay: Relay
  readonly #stop = new AbortController()
  readonly #reloadListeners = new Set<() => void>()
  #traces: HandedTraces | undefined
  #pipeline: Pipeline | undefined
  #strays: Strays | undefined
  #isHeard: boolean

  constructor(assignment: Assignment, post: (news: News, memory?: ArrayBuffer[]) => void) {
    this.#assignment = assignment
    this.#post = post
    this.#relay = new Relay(post)
    this.#isHeard = assignment.isFirst
  }

  async build(): Promise<void> {
    const { settings, environment, directory } = this.#assignment
    const divert = (stage: string) => this.#relay.transport(stage)
    try {
      const onStray = (taker: Taker): void => this.#watch(taker)
      const world = { environment, directory, stdout: process.stdout, divert, onStray }
      const { wiring, strays } = await prepareToRun(settings, world)
      this.#strays = strays
      strays.tellTo(fault => this.#tell('', fault, true))
      const pipeline = await build(this.#withHandedTraces(wiring), this.#hosts(directory, settings), { reads: false })
      this.#pipeline = pipeline
      const health = await checkHealth(pipeline)
      this.#isHeard = true
      this.#post({ kind: 'built', figures: figuresOf(pipeline), health: health.map(packed) })
    } catch (error) {
      this.#post({ kind: 'failed', faults: faultsOf(error, 'a worker thread').map(packed) })
    }
  }

  async obey(order: Order): Promise<void> {
    switch (order.kind) {
      case 'read':
        return this.#read(order.file)
      case 'written':
        return this.#relay.written(order.memory)
      case 'reload':
        for (const listener of this.#reloadListeners) listener()
        return
      case 'stop':
        return this.#stop.abort()
      case 'close':
        return this.#close()
      default:
        order satisfies never
    }
  }

  async #read(file: TraceFile): Promise<void> {
    const pipeline = this.#pipeline
    if (!pipeline) return
    this.#traces?.hand(file)
    const watch = setInterval(() => this.#post({ kind: 'figures', figures: figuresOf(pipeline) }), FIGURES_EVERY)
    const { faults, isComplete } = await flow(pipeline, { stop: NEVER })
    clearInterval(watch)
    if (faults.length > 0 || !isComplete) {
      this.#post({ kind: 'failed', faults: faults.map(packed) })
      return
    }
    for (const channel of pipeline.channels.values()) channel.reopen()
    this.#post({ kind: 'done', figures: figuresOf(pipeline) })
  }

  async #close(): Promise<void> {
    const pipeline = this.#pipeline
    if (!pipeline) return
    const faults = await close(pipeline)
    for (const fault of this.#strays?.finish() ?? []) this.#tell('', fault, true)
    const mismatches = audit(pipeline, new Set())
    this.#post({ kind: 'closed', faults: faults.map(packed), mismatches: mismatches.map(packed) })
  }

  #withHandedTraces(wiring: Wiring): Wiring {
    const create = (_options: unknown, _paths: unknown, host: Host): HandedTraces => {
      this.#traces = new HandedTraces(host, this.#stop.signal)
      return this.#traces
    }
    return { ...wiring, drivers: wiring.drivers.map(driver => ({ ...driver, plugin: { ...driver.plugin, create } })) }
  }

  #hosts(directory: string, { without, perflog }: RunSettings): HostOf {
    return (component, wired) => ({
      log: this.#logger(component),
      stage: component,
      directory,
      without,
      perflog,
      isTwin: !this.#assignment.isFirst,
      onReload: listener => {
        this.#reloadListeners.add(listener)
        return () => this.#reloadListeners.delete(listener)
      },
      ...wired,
      fault: (fault, lostData) => this.#tell(component, fault, lostData),
    })
  }

  #tell(component: string, fault: Error, lostData: boolean): void {
    if (this.#isHeard) this.#post({ kind: 'fault', component, fault: packed(fault), lostData })
  }

  /** An error that nobody caught ends the thread unless it is a plugin's. */
  #watch(taker: Taker): void {
    process.on('uncaughtException', error => {
      if (!taker(error)) this.#post({ kind: 'failed', faults: [packed(error)] })
    })
  }

  #logger(component: string): Logger {
    const write = (level: keyof Logger) => (text: string) => {
      if (this.#isHeard) this.#post({ kind: 'line', component, level, text })
    }
    return { trace: write('trace'), info: write('info'), warn: write('warn'), error: write('error'), health: write('health') }
  }
}

function figuresOf(pipeline: Pipeline): Figures {
  const view = viewOf(pipeline)
  return { parts: view.parts(), progress: view.progress(), queues: view.queues() }
}

const NEVER = new AbortController().signal
/** Milliseconds. */
const FIGURES_EVERY = 250

if (parentPort) {
  const port = parentPort
  const worker = new TraceWorker(workerData, (news, memory) => port.postMessage(news, memory))
  port.on('message', (order: Order) => worker.obey(order))
  await worker.build()
}

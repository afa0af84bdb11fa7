// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads'
import { Fault, Faults } from '../../core/errors/fault.js'
import { messageOf } from '../../core/errors/reason.js'
import { deserializeFault, type SerializedFault } from '../../core/errors/serialized-fault.js'
import type {
  Assignment,
  PartitionMessage,
  WorkerBuilt,
  WorkerClosed,
  WorkerCommand,
  WorkerFigures,
  WorkerMessage,
} from './messages.js'

/** The main thread's handle of a worker thread. */
export class WorkerHandle {
  /** Rejects if the thread ends before. */
  readonly built: Promise<WorkerBuilt>
  readonly closed: Promise<WorkerClosed>
  /** The index of the partition that the worker reads. */
  partition: number | undefined
  /** The figures of its pipeline so far. */
  figures: WorkerFigures = { parts: [], progress: undefined, queues: [] }
  /** By component of its pipeline: the last partition of which it received something. */
  readonly lastPartitions: number[] = []
  #previousCounts: readonly number[] = []
  readonly #thread: Worker
  #isTerminated = false

  /** `lost`: called once if the thread ends before it is dismissed or reports a failure. */
  constructor(
    assignment: Assignment,
    onMessage: (worker: WorkerHandle, message: PartitionMessage) => void,
    onLost: (worker: WorkerHandle, error: Error) => void,
  ) {
    this.#thread = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: assignment,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MEGABYTES },
    })
    const [built, closed] = [deferred<WorkerBuilt>(), deferred<WorkerClosed>()]
    this.built = built.promise
    this.closed = closed.promise
    const end = (error: Error): void => {
      if (this.#isTerminated) return
      this.#isTerminated = true
      built.reject(error)
      closed.reject(error)
      onLost(this, error)
    }
    this.#thread.on('message', (message: WorkerMessage) => {
      if (this.#isTerminated) return
      if (message.kind === 'built') built.resolve(message)
      else if (message.kind === 'closed') closed.resolve(message)
      else if (message.kind === 'failed') end(new Faults(message.faults.map(asFault)))
      else onMessage(this, message)
    })
    this.#thread.on('error', error => end(lostFault(messageOf(error))))
    this.#thread.on('exit', status => end(lostFault(`it ended with status ${status}`)))
  }

  /** Transfers `memory`, if the command uses any. */
  send(command: WorkerCommand, memory: ArrayBuffer[] = []): void {
    this.#thread.postMessage(command, memory)
  }

  /** Ends the thread at once. */
  async terminate(): Promise<void> {
    this.#isTerminated = true
    await this.#thread.terminate()
  }

  /** Stores the figures of a partition that has been read to its end. */
  finish(partition: number, figures: WorkerFigures): void {
    this.figures = figures
    figures.parts.forEach((part, index) => {
      if (part.in > (this.#previousCounts[index] ?? 0)) this.lastPartitions[index] = partition
    })
    this.#previousCounts = figures.parts.map(part => part.in)
  }
}

/** Three semi-spaces of 4 MB each: the same limit that young-generation.ts sets for the main thread. */
const YOUNG_GENERATION_MEGABYTES = 12

/** Any error that ends a pipeline is reported as a fault. */
export function asFault(data: SerializedFault): Fault {
  const error = deserializeFault(data)
  return error instanceof Fault ? error : lostFault(error.message)
}

const lostFault = (reason: string): Fault => new Fault('SFP_RUN_WORKER_LOST', { reason })

interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: unknown): void
}

function deferred<T>(): Deferred<T> {
  let settle: Omit<Deferred<T>, 'promise'> = { resolve() {}, reject() {} }
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject }
  })
  // The promise may have no listener when a thread is lost; a later listener still gets the error.
  promise.catch(() => {})
  return { promise, ...settle }
}

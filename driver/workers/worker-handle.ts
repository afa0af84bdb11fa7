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

/** A worker thread, seen from the main thread. */
export class WorkerHandle {
  /** Rejects when the thread is lost before. */
  readonly built: Promise<WorkerBuilt>
  readonly closed: Promise<WorkerClosed>
  /** The partition that it reads, by its place in the order of all. */
  partition: number | undefined
  /** Its pipeline so far. */
  figures: WorkerFigures = { parts: [], progress: undefined, queues: [] }
  /** By part of its pipeline: the partition of which that part last took something. */
  readonly lastPartitions: number[] = []
  #previousCounts: readonly number[] = []
  readonly #thread: Worker
  #isTerminated = false

  /** `lost`: told once, if the thread ends before it is dismissed or says what it has broken on. */
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

  /** Gives away `memory`, if the order has any. */
  send(command: WorkerCommand, memory: ArrayBuffer[] = []): void {
    this.#thread.postMessage(command, memory)
  }

  /** Ends the thread at once, whatever it does. */
  async terminate(): Promise<void> {
    this.#isTerminated = true
    await this.#thread.terminate()
  }

  /** Keeps the figures of a partition that has been read to its end. */
  finish(partition: number, figures: WorkerFigures): void {
    this.figures = figures
    figures.parts.forEach((part, index) => {
      if (part.in > (this.#previousCounts[index] ?? 0)) this.lastPartitions[index] = partition
    })
    this.#previousCounts = figures.parts.map(part => part.in)
  }
}

/** Three halves of 4 MB each: what young-generation.ts does for the main thread. */
const YOUNG_GENERATION_MEGABYTES = 12

/** Whatever brings a pipeline down is told as a fault. */
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
  // Nobody may be waiting when a thread is lost; who asks later is told all the same.
  promise.catch(() => {})
  return { promise, ...settle }
}

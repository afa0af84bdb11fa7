// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads'
import { Fault, Faults } from '../../core/errors/fault.js'
import { type FaultData, unpacked } from '../../core/errors/fault-data.js'
import { messageOf } from '../../core/errors/reason.js'
import type { Assignment, Built, Closed, Figures, News, Order, TraceNews } from './messages.js'

/** A worker thread, seen from the main thread. */
export class Member {
  /** Rejects when the thread is lost before. */
  readonly built: Promise<Built>
  readonly closed: Promise<Closed>
  /** The trace that it reads, by its place in the order of traces. */
  trace: number | undefined
  /** Its pipeline so far. */
  figures: Figures = { parts: [], progress: undefined, queues: [] }
  /** By part of its pipeline: the trace of which that part last took something. */
  readonly lastTaken: number[] = []
  #takenBefore: readonly number[] = []
  readonly #thread: Worker
  #isDismissed = false

  /** `lost`: told once, if the thread ends before it is dismissed or says what it has broken on. */
  constructor(
    assignment: Assignment,
    hear: (member: Member, news: TraceNews) => void,
    lost: (member: Member, error: Error) => void,
  ) {
    this.#thread = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: assignment,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    })
    const [built, closed] = [promised<Built>(), promised<Closed>()]
    this.built = built.promise
    this.closed = closed.promise
    const end = (error: Error): void => {
      if (this.#isDismissed) return
      this.#isDismissed = true
      built.reject(error)
      closed.reject(error)
      lost(this, error)
    }
    this.#thread.on('message', (news: News) => {
      if (this.#isDismissed) return
      if (news.kind === 'built') built.resolve(news)
      else if (news.kind === 'closed') closed.resolve(news)
      else if (news.kind === 'failed') end(new Faults(news.faults.map(asFault)))
      else hear(this, news)
    })
    this.#thread.on('error', error => end(lostFor(messageOf(error))))
    this.#thread.on('exit', status => end(lostFor(`it ended with status ${status}`)))
  }

  /** Gives away `memory`, if the order has any. */
  tell(order: Order, memory: ArrayBuffer[] = []): void {
    this.#thread.postMessage(order, memory)
  }

  /** Ends the thread at once, whatever it does. */
  async dismiss(): Promise<void> {
    this.#isDismissed = true
    await this.#thread.terminate()
  }

  /** Keeps the figures of a trace that has been read to its end. */
  finish(trace: number, figures: Figures): void {
    this.figures = figures
    figures.parts.forEach(({ taken }, index) => {
      if (taken > (this.#takenBefore[index] ?? 0)) this.lastTaken[index] = trace
    })
    this.#takenBefore = figures.parts.map(({ taken }) => taken)
  }
}

/** Three halves of 4 MB each: what young-generation.ts does for the main thread. */
const YOUNG_MEGABYTES = 12

/** Whatever brings a pipeline down is told as a fault. */
export function asFault(data: FaultData): Fault {
  const error = unpacked(data)
  return error instanceof Fault ? error : lostFor(error.message)
}

const lostFor = (reason: string): Fault => new Fault('SFP_RUN_WORKER_LOST', { reason })

interface Promised<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: unknown): void
}

function promised<T>(): Promised<T> {
  let settle: Omit<Promised<T>, 'promise'> = { resolve() {}, reject() {} }
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject }
  })
  // Nobody may be waiting when a thread is lost; who asks later is told all the same.
  promise.catch(() => {})
  return { promise, ...settle }
}

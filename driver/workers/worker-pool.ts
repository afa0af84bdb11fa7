// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../core/contract/batch.js'
import type { Host } from '../../core/contract/host.js'
import { Ledger } from '../../core/contract/ledger.js'
import type { Driver, Sender } from '../../core/contract/stage.js'
import { type Fault, Faults } from '../../core/errors/fault.js'
import { deserializeFault } from '../../core/errors/serialized-fault.js'
import { EncodedChunk } from '../../core/exporter/encoded-chunk.js'
import type { TraceFile } from '../../plugins/sysflow/drivers/trace-files.js'
import { Inbox } from './inbox.js'
import type { Assignment, ComponentMessage, TraceMessage } from './messages.js'
import { asFault, WorkerHandle } from './worker-handle.js'

/** A page on its way to the stage of that name. */
export class StageChunk extends EncodedChunk {
  constructor(
    readonly stage: string,
    bytes: Uint8Array,
    ends: Uint32Array,
    done: () => void,
  ) {
    super(bytes, ends, done)
  }
}

/** What of a component's host is used here: its lines in the log, and its faults. */
export type ComponentLog = Pick<Host, 'log' | 'reportFault'>

/**
 * Hands traces to worker threads, in order and whenever one is free, and sends on the pages that come back: all of a trace
 * before those of the next. A thread may be ahead of what is written by a bounded number of bytes (relay.ts). Where one is
 * lost, the traces before its own are still written, and nothing behind them.
 */
export class WorkerPool implements Driver {
  readonly ledger = new Ledger()
  readonly files: readonly TraceFile[]
  readonly workers: readonly WorkerHandle[]
  readonly #componentLogOf: (component: string) => ComponentLog
  /** By trace, of those that were handed out and are not wholly sent on. */
  readonly #inboxes = new Map<number, Inbox<StageChunk | ComponentMessage>>()
  #assignedCount = 0
  #isStopping = false
  #failure: unknown
  #mismatches: readonly Fault[] | undefined

  constructor(
    files: readonly TraceFile[],
    size: number,
    assignment: Omit<Assignment, 'isFirst'>,
    componentLogOf: (component: string) => ComponentLog,
  ) {
    this.files = files
    this.#componentLogOf = componentLogOf
    const onMessage = (worker: WorkerHandle, message: TraceMessage): void => this.#onMessage(worker, message)
    const onLost = (worker: WorkerHandle, error: Error): void => this.#onLost(worker, error)
    this.workers = Array.from(
      { length: size },
      (_, index) => new WorkerHandle({ ...assignment, isFirst: index === 0 }, onMessage, onLost),
    )
  }

  /** Where the books of the members do not balance; undefined unless all have closed them. */
  get mismatches(): readonly Fault[] | undefined {
    return this.#mismatches
  }

  /** Resolves when every member has built its pipeline, to what their health checks found. */
  async start(): Promise<Fault[]> {
    const all = await Promise.all(
      this.workers.map(async worker => {
        const { figures, health } = await worker.built
        worker.figures = figures
        return health.map(asFault)
      }),
    )
    return all.flat()
  }

  async run(output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    stop.addEventListener('abort', () => this.#stop(), { once: true })
    abort.addEventListener('abort', () => this.#fail(abort.reason), { once: true })
    try {
      abort.throwIfAborted()
      this.#isStopping ||= stop.aborted
      for (const worker of this.workers) this.#assignNext(worker)
      for (let trace = 0; trace < this.#assignedCount; trace++) {
        for await (const item of this.#inboxOf(trace)) await this.#forward(item, output)
        this.#inboxes.delete(trace)
      }
      if (this.#failure !== undefined) throw this.#failure
      await this.#close()
    } finally {
      await this.terminate()
    }
  }

  /** Bytes read of all traces. */
  progress(): { readonly done: number; readonly total: number } {
    return {
      done: this.workers.reduce((sum, { figures }) => sum + (figures.progress?.done ?? 0), 0),
      total: this.files.reduce((sum, { size }) => sum + size, 0),
    }
  }

  /** Has every thread look whether its policies have changed. */
  reload(): void {
    for (const worker of this.workers) worker.send({ kind: 'reload' })
  }

  /** Ends all threads at once. */
  async terminate(): Promise<void> {
    await Promise.all(this.workers.map(worker => worker.terminate()))
  }

  #inboxOf(trace: number): Inbox<StageChunk | ComponentMessage> {
    const inbox = this.#inboxes.get(trace) ?? new Inbox()
    this.#inboxes.set(trace, inbox)
    return inbox
  }

  #assignNext(worker: WorkerHandle): void {
    const file = this.files[this.#assignedCount]
    if (this.#isStopping || file === undefined) return
    worker.trace = this.#assignedCount++
    worker.send({ kind: 'read', file })
  }

  #onMessage(worker: WorkerHandle, message: TraceMessage): void {
    const { trace } = worker
    switch (message.kind) {
      case 'page': {
        const memory = message.bytes.buffer
        const done = (): void => worker.send({ kind: 'written', memory }, [memory])
        if (trace !== undefined) this.#inboxOf(trace).put(new StageChunk(message.stage, message.bytes, message.ends, done))
        break
      }
      case 'line':
      case 'fault':
        if (trace === undefined) this.#report(message)
        else this.#inboxOf(trace).put(message)
        break
      case 'figures':
        worker.figures = message.figures
        break
      case 'done':
        if (trace === undefined) break
        worker.finish(trace, message.figures)
        worker.trace = undefined
        // First, so that whoever comes to the end of this trace sees that there is another.
        this.#assignNext(worker)
        this.#inboxOf(trace).end()
        break
      default:
        message satisfies never
    }
  }

  async #forward(item: StageChunk | ComponentMessage, output: Sender<Batch>): Promise<void> {
    if (!(item instanceof StageChunk)) return this.#report(item)
    this.ledger.in += item.length
    this.ledger.held += item.length
    await output.send(item)
    this.ledger.held -= item.length
    this.ledger.out += item.length
  }

  #report(message: ComponentMessage): void {
    const { log, reportFault } = this.#componentLogOf(message.component)
    if (message.kind === 'line') log[message.level](message.text)
    else reportFault(deserializeFault(message.fault), message.lostData)
  }

  #stop(): void {
    this.#isStopping = true
    for (const worker of this.workers) worker.send({ kind: 'stop' })
  }

  #onLost(lostWorker: WorkerHandle, error: Error): void {
    this.#isStopping = true
    if (lostWorker.trace === undefined) this.#failure ??= error
    else {
      this.#inboxOf(lostWorker.trace).fail(error)
      for (const worker of this.workers) if ((worker.trace ?? -1) > lostWorker.trace) worker.terminate()
    }
  }

  #fail(reason: unknown): void {
    this.#isStopping = true
    this.#failure ??= reason
    for (const inbox of this.#inboxes.values()) inbox.fail(reason)
  }

  /** Throws what went wrong with closing, when all have closed. */
  async #close(): Promise<void> {
    for (const worker of this.workers) worker.send({ kind: 'close' })
    const all = await Promise.all(this.workers.map(({ closed }) => closed))
    this.#mismatches = all.flatMap(({ mismatches }) => mismatches.map(asFault))
    const faults = all.flatMap(({ faults }) => faults.map(asFault))
    if (faults.length > 0) throw new Faults(faults)
  }
}

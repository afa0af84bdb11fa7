// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../core/contract/batch.js'
import type { Chunk } from '../../core/contract/exporter.js'
import type { Host } from '../../core/contract/host.js'
import { Ledger } from '../../core/contract/ledger.js'
import type { Driver, Partition, Sender } from '../../core/contract/stage.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { deserializeFault } from '../../core/errors/serialized-fault.js'
import { EncodedChunk } from '../../core/exporter/encoded-chunk.js'
import { Inbox } from './inbox.js'
import type { Assignment, ComponentMessage, PartitionMessage } from './messages.js'
import { asFault, WorkerHandle } from './worker-handle.js'

/** A chunk for the stage with this name. */
export class StageChunk extends EncodedChunk {
  constructor(
    readonly stage: string,
    bytes: Uint8Array,
    ends: Uint32Array,
    done: () => void,
    facts: Pick<Chunk, 'framing' | 'meta'> = {},
  ) {
    super(bytes, ends, done, facts)
  }
}

/** The parts of a component's host that are used here: its log lines and its faults. */
export type ComponentLog = Pick<Host, 'log' | 'reportFault'>

/**
 * Assigns the partitions of the input to worker threads in order, whenever one is free, and forwards the chunks that they return:
 * all of a partition before those of the next. A thread may be ahead of the writing by a bounded number of bytes
 * (chunk-relay.ts). If a thread is lost, the partitions before its own are still written, and none of the later ones.
 */
export class WorkerPool implements Driver {
  readonly ledger = new Ledger()
  readonly #partitions: readonly Partition[]
  readonly workers: readonly WorkerHandle[]
  readonly #componentLogOf: (component: string) => ComponentLog
  /** By partition: those that are assigned and not completely forwarded. */
  readonly #inboxes = new Map<number, Inbox<StageChunk | ComponentMessage>>()
  #assignedCount = 0
  #isStopping = false
  #failure: unknown
  #mismatches: readonly Fault[] | undefined

  constructor(
    partitions: readonly Partition[],
    size: number,
    assignment: Omit<Assignment, 'isFirst'>,
    componentLogOf: (component: string) => ComponentLog,
  ) {
    this.#partitions = partitions
    this.#componentLogOf = componentLogOf
    const onMessage = (worker: WorkerHandle, message: PartitionMessage): void => this.#onMessage(worker, message)
    const onLost = (worker: WorkerHandle, error: Error): void => this.#onLost(worker, error)
    this.workers = Array.from(
      { length: size },
      (_, index) => new WorkerHandle({ ...assignment, isFirst: index === 0 }, onMessage, onLost),
    )
  }

  /** Faults of workers whose record counts do not add up; undefined unless all workers have reported them. */
  get mismatches(): readonly Fault[] | undefined {
    return this.#mismatches
  }

  /** Resolves when every worker has built its pipeline, with the faults of their health checks. */
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
      for (let partition = 0; partition < this.#assignedCount; partition++) {
        for await (const item of this.#inboxOf(partition)) await this.#forward(item, output)
        this.#inboxes.delete(partition)
      }
      if (this.#failure !== undefined) throw this.#failure
      await this.#close()
    } finally {
      await this.terminate()
    }
  }

  /** Bytes read of all partitions. */
  progress(): { readonly done: number; readonly total: number } {
    return {
      done: this.workers.reduce((sum, { figures }) => sum + (figures.progress?.done ?? 0), 0),
      total: this.#partitions.reduce((sum, { size }) => sum + size, 0),
    }
  }

  /** Requests every worker to check whether its policies have changed. */
  reload(): void {
    for (const worker of this.workers) worker.send({ kind: 'reload' })
  }

  /** Ends all threads at once. */
  async terminate(): Promise<void> {
    await Promise.all(this.workers.map(worker => worker.terminate()))
  }

  #inboxOf(partition: number): Inbox<StageChunk | ComponentMessage> {
    const inbox = this.#inboxes.get(partition) ?? new Inbox()
    this.#inboxes.set(partition, inbox)
    return inbox
  }

  #assignNext(worker: WorkerHandle): void {
    const partition = this.#partitions[this.#assignedCount]
    if (this.#isStopping || partition === undefined) return
    worker.partition = this.#assignedCount++
    worker.send({ kind: 'read', partition })
  }

  #onMessage(worker: WorkerHandle, message: PartitionMessage): void {
    const { partition } = worker
    switch (message.kind) {
      case 'chunk': {
        const memory = message.bytes.buffer
        const done = (): void => worker.send({ kind: 'written', memory }, [memory])
        if (partition !== undefined)
          this.#inboxOf(partition).put(new StageChunk(message.stage, message.bytes, message.ends, done, message))
        break
      }
      case 'line':
      case 'fault':
        if (partition === undefined) this.#report(message)
        else this.#inboxOf(partition).put(message)
        break
      case 'figures':
        worker.figures = message.figures
        break
      case 'done':
        if (partition === undefined) break
        worker.finish(partition, message.figures)
        worker.partition = undefined
        // First, so that a reader at the end of this partition sees that there is another one.
        this.#assignNext(worker)
        this.#inboxOf(partition).end()
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
    if (lostWorker.partition === undefined) this.#failure ??= error
    else {
      this.#inboxOf(lostWorker.partition).fail(withLabel(error, this.#partitions[lostWorker.partition]))
      for (const worker of this.workers) if ((worker.partition ?? -1) > lostWorker.partition) worker.terminate()
    }
  }

  #fail(reason: unknown): void {
    this.#isStopping = true
    this.#failure ??= reason
    for (const inbox of this.#inboxes.values()) inbox.fail(reason)
  }

  /** Throws the errors of closing, after all workers have closed. */
  async #close(): Promise<void> {
    for (const worker of this.workers) worker.send({ kind: 'close' })
    const all = await Promise.all(this.workers.map(({ closed }) => closed))
    this.#mismatches = all.flatMap(({ mismatches }) => mismatches.map(asFault))
    const faults = all.flatMap(({ faults }) => faults.map(asFault))
    if (faults.length > 0) throw new Faults(faults)
  }
}

/** Adds the input that a thread was reading when it was lost. */
function withLabel(error: Error, partition: Partition | undefined): Error {
  if (!(error instanceof Fault) || error.code !== 'SFP_RUN_WORKER_LOST') return error
  return new Fault(error.code, error.details, { where: partition?.label, cause: error })
}

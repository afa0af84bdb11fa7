// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Batch } from '../contract/batch.js'
import type { Receiver, Sender } from '../contract/stage.js'

/** Limits of what a channel queues. `send` waits as soon as one limit is reached. */
export interface ChannelCapacity {
  readonly records: number
  /** An evaluated batch of one record retains its whole original batch, so batches are limited as well. */
  readonly batches: number
  /** A block can hold megabytes. */
  readonly bytes: number
}

export const DEFAULT_CAPACITY: ChannelCapacity = { records: 100_000, batches: 16, bytes: 32 * 1024 * 1024 }

/** What a channel queues at present. */
export type ChannelDepth = ChannelCapacity

/** Reads a batch while it is sent. A tap is synchronous and fast, never throws and retains nothing of the batch. */
export type Tap<B extends Batch> = (batch: B) => void

/** A sender that counts its records, so that the ledger of a stage can be compared with the traffic of its channels. */
export interface CountingSender<B extends Batch> extends Sender<B> {
  readonly sent: number
}

export interface CountingReceiver<B extends Batch> extends Receiver<B> {
  readonly received: number
}

/**
 * A bounded queue of batches between stages. Each batch goes to one receiver, in the order of sending. The channel ends when
 * every sender has closed. All senders and receivers are created before the first batch is sent. After `abort`, every wait
 * rejects.
 */
export class Channel<B extends Batch> {
  readonly name: string
  readonly type: string
  readonly capacity: ChannelCapacity
  /** Reads every batch before its receiver does. Null if no tap is set; the channel then has no extra cost. */
  tap: Tap<B> | null = null
  readonly #abort: AbortSignal
  readonly #queue: B[] = []
  readonly #pendingReceivers: PendingPromise<IteratorResult<B, undefined>>[] = []
  readonly #blockedSenders: PendingPromise<void>[] = []
  #queuedRecords = 0
  #queuedBytes = 0
  #senders = 0
  #openSenders = 0
  /** Incremented by `reopen`. */
  #generation = 0
  #sendCount = 0

  constructor(name: string, type: string, abort: AbortSignal, capacity: ChannelCapacity = DEFAULT_CAPACITY) {
    this.name = name
    this.type = type
    this.#abort = abort
    this.capacity = capacity
    abort.addEventListener('abort', () => this.#rejectWaiting(), { once: true })
  }

  /** Records sent and not yet received. */
  get queued(): number {
    return this.#queuedRecords
  }

  /** The queued amounts, in the units of the capacity. */
  get depth(): ChannelDepth {
    return { records: this.#queuedRecords, batches: this.#queue.length, bytes: this.#queuedBytes }
  }

  sender(): CountingSender<B> {
    this.#senders++
    this.#openSenders++
    let closedGeneration = -1
    let sent = 0
    return {
      get sent() {
        return sent
      },
      send: batch => {
        if (closedGeneration === this.#generation)
          return Promise.reject(new Error(`channel ${this.name}: a batch was sent after the sender had closed`))
        if (this.#abort.aborted) return Promise.reject(this.#abort.reason)
        sent += batch.length
        return this.#enqueue(batch)
      },
      close: () => {
        if (closedGeneration === this.#generation) return
        closedGeneration = this.#generation
        if (--this.#openSenders === 0)
          for (const pendingReceiver of this.#pendingReceivers.splice(0)) pendingReceiver.resolve(END)
      },
    }
  }

  receiver(): CountingReceiver<B> {
    let received = 0
    const next = async (): Promise<IteratorResult<B, undefined>> => {
      const result = await this.#dequeue()
      if (!result.done) received += result.value.length
      return result
    }
    return {
      get received() {
        return received
      },
      [Symbol.asyncIterator]: () => ({ next }),
    }
  }

  /**
   * Lets all senders send again after the channel has ended, for the next input. The counts of senders and receivers continue.
   */
  reopen(): void {
    if (this.#openSenders > 0 || this.#queue.length > 0) throw new Error(`channel ${this.name} has not come to its end`)
    this.#generation++
    this.#openSenders = this.#senders
  }

  #enqueue(batch: B): Promise<void> {
    if (this.tap !== null) this.tap(batch)
    const pendingReceiver = this.#pendingReceivers.shift()
    if (pendingReceiver) pendingReceiver.resolve({ done: false, value: batch })
    else {
      this.#queue.push(batch)
      this.#queuedRecords += batch.length
      this.#queuedBytes += batch.weight ?? 0
    }
    if (this.#isFull()) return new Promise((resolve, reject) => this.#blockedSenders.push({ resolve, reject }))
    // If sending and receiving never wait for I/O, signals and timers would never run. So the event loop gets a turn regularly.
    return ++this.#sendCount % SENDS_PER_TURN === 0 ? nextTurn() : RESOLVED
  }

  #dequeue(): Promise<IteratorResult<B, undefined>> {
    if (this.#abort.aborted) return Promise.reject(this.#abort.reason)
    const batch = this.#queue.shift()
    if (batch) {
      this.#queuedRecords -= batch.length
      this.#queuedBytes -= batch.weight ?? 0
      if (!this.#isFull()) for (const blockedSender of this.#blockedSenders.splice(0)) blockedSender.resolve()
      return Promise.resolve({ done: false, value: batch })
    }
    if (this.#openSenders === 0) return Promise.resolve(END)
    return new Promise((resolve, reject) => this.#pendingReceivers.push({ resolve, reject }))
  }

  #isFull(): boolean {
    const { records, batches, bytes } = this.capacity
    return this.#queue.length >= batches || this.#queuedRecords >= records || this.#queuedBytes >= bytes
  }

  #rejectWaiting(): void {
    for (const waiter of [...this.#pendingReceivers.splice(0), ...this.#blockedSenders.splice(0)])
      waiter.reject(this.#abort.reason)
  }
}

interface PendingPromise<T> {
  resolve(value: T): void
  reject(reason: unknown): void
}

const END = { done: true, value: undefined } as const
const RESOLVED = Promise.resolve()
/** Sends between two turns of the event loop. */
const SENDS_PER_TURN = 16

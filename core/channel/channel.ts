// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Batch } from '../contract/batch.js'
import type { Receiver, Sender } from '../contract/channel.js'

/** How much may wait in a channel before `send` waits. Whichever is reached first counts. */
export interface Capacity {
  readonly records: number
  /** A judged batch of one record keeps the whole batch alive that it was found in, so batches are limited as well. */
  readonly batches: number
  /** A block may hold megabytes. */
  readonly bytes: number
}

export const CAPACITY: Capacity = { records: 100_000, batches: 16, bytes: 32 * 1024 * 1024 }

/** What waits in a channel. */
export type Depth = Capacity

/** Looks at a batch while it is being sent: synchronous, quick, never throws, keeps nothing of it. */
export type Tap<B extends Batch> = (batch: B) => void

/** A sender that keeps count, so that the books of a stage can be compared with what went through its channels. */
export interface CountingSender<B extends Batch> extends Sender<B> {
  readonly sent: number
}

export interface CountingReceiver<B extends Batch> extends Receiver<B> {
  readonly received: number
}

/**
 * A bounded queue of batches between stages. Each batch goes to one receiver, in the order of sending; it ends when every
 * sender has closed. All senders and receivers are made before the first batch is sent. After `abort` every wait rejects.
 */
export class Channel<B extends Batch> {
  readonly name: string
  readonly type: string
  readonly capacity: Capacity
  /** Sees every batch before its receiver does; null, and then without any cost, unless somebody looks. */
  tap: Tap<B> | null = null
  readonly #abort: AbortSignal
  readonly #queue: B[] = []
  readonly #takers: Waiting<IteratorResult<B, undefined>>[] = []
  readonly #givers: Waiting<void>[] = []
  #waitingRecords = 0
  #waitingBytes = 0
  #senders = 0
  #openSenders = 0
  /** Counts its lives; see `reopen`. */
  #life = 0
  #sends = 0

  constructor(name: string, type: string, abort: AbortSignal, capacity: Capacity = CAPACITY) {
    this.name = name
    this.type = type
    this.#abort = abort
    this.capacity = capacity
    abort.addEventListener('abort', () => this.#giveUp(), { once: true })
  }

  /** Records sent and not yet received. */
  get waiting(): number {
    return this.#waitingRecords
  }

  /** All that waits, in the units of its capacity. */
  get depth(): Depth {
    return { records: this.#waitingRecords, batches: this.#queue.length, bytes: this.#waitingBytes }
  }

  sender(): CountingSender<B> {
    this.#senders++
    this.#openSenders++
    let closedIn = -1
    let sent = 0
    return {
      get sent() {
        return sent
      },
      send: batch => {
        if (closedIn === this.#life)
          return Promise.reject(new Error(`channel ${this.name}: a batch was sent after the sender had closed`))
        if (this.#abort.aborted) return Promise.reject(this.#abort.reason)
        sent += batch.length
        return this.#put(batch)
      },
      close: () => {
        if (closedIn === this.#life) return
        closedIn = this.#life
        if (--this.#openSenders === 0) for (const taker of this.#takers.splice(0)) taker.resolve(END)
      },
    }
  }

  receiver(): CountingReceiver<B> {
    let received = 0
    const next = async (): Promise<IteratorResult<B, undefined>> => {
      const result = await this.#take()
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

  /** Lets all senders send again once it has come to its end: the next input flows through. What its ends have counted stays. */
  reopen(): void {
    if (this.#openSenders > 0 || this.#queue.length > 0) throw new Error(`channel ${this.name} has not come to its end`)
    this.#life++
    this.#openSenders = this.#senders
  }

  #put(batch: B): Promise<void> {
    if (this.tap !== null) this.tap(batch)
    const taker = this.#takers.shift()
    if (taker) taker.resolve({ done: false, value: batch })
    else {
      this.#queue.push(batch)
      this.#waitingRecords += batch.length
      this.#waitingBytes += batch.weight ?? 0
    }
    if (this.#isFull()) return new Promise((resolve, reject) => this.#givers.push({ resolve, reject }))
    // Where sending and receiving never wait for the outside, signals and timers would not get a turn.
    return ++this.#sends % TURN === 0 ? nextTurn() : READY
  }

  #take(): Promise<IteratorResult<B, undefined>> {
    if (this.#abort.aborted) return Promise.reject(this.#abort.reason)
    const batch = this.#queue.shift()
    if (batch) {
      this.#waitingRecords -= batch.length
      this.#waitingBytes -= batch.weight ?? 0
      if (!this.#isFull()) for (const giver of this.#givers.splice(0)) giver.resolve()
      return Promise.resolve({ done: false, value: batch })
    }
    if (this.#openSenders === 0) return Promise.resolve(END)
    return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }))
  }

  #isFull(): boolean {
    const { records, batches, bytes } = this.capacity
    return this.#queue.length >= batches || this.#waitingRecords >= records || this.#waitingBytes >= bytes
  }

  #giveUp(): void {
    for (const wait of [...this.#takers.splice(0), ...this.#givers.splice(0)]) wait.reject(this.#abort.reason)
  }
}

interface Waiting<T> {
  resolve(value: T): void
  reject(reason: unknown): void
}

const END = { done: true, value: undefined } as const
const READY = Promise.resolve()
/** Sends between two turns of the event loop. */
const TURN = 16

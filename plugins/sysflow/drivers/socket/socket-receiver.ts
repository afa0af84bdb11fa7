// SPDX-License-Identifier: Apache-2.0

import { type MessageVector, type NativeSockets, PollSet } from './native-sockets.js'
import type { RingWriter } from './page-ring.js'
import { CLOSED, ENDED, OPENED } from './ring-entry.js'
import { SystemCallError } from './system-call-error.js'

/** More connections wait in the backlog until one of these ends. */
export const MAX_CONNECTIONS = 64

/** Messages that are received at once, at most, and the room that they may take. */
const MAX_MESSAGES_PER_CALL = 64
const MAX_BUFFER_BYTES = 64 * 1024 * 1024
/** Room between two of them beside the longest message, so that they do not all fall on the same lines of the caches. */
const SLOT_GAP_BYTES = 4096 + 192
/** How long accepting rests when the system has no descriptor left, in milliseconds. */
const ACCEPT_RETRY_DELAY = 1000

/** Somebody is connected. */
interface Connection {
  readonly socket: number
  readonly number: number
}

/**
 * Takes connections and messages from a listening socket and puts them into pages, in the order in which they came; those of
 * one connection stay in their order. All of it blocks, so it has a thread of its own: it waits in `poll` for messages, and in
 * the pages for room.
 */
export class SocketReceiver {
  readonly #native: NativeSockets
  readonly #ring: RingWriter
  readonly #maxMessageBytes: number
  readonly #onAcceptError: (error: SystemCallError) => void
  readonly #slots: Buffer
  /** From one slot to the next. */
  readonly #stride: number
  readonly #vector: MessageVector
  readonly #pollSet = new PollSet(MAX_CONNECTIONS + 2)
  #connections: Connection[] = []
  #accepted = 0
  #acceptRetryAt = 0

  /** `longest`: a longer message is dropped. `tell` is called when connections cannot be accepted. */
  constructor(native: NativeSockets, ring: RingWriter, maxMessageBytes: number, onAcceptError: (error: SystemCallError) => void) {
    this.#native = native
    this.#ring = ring
    this.#maxMessageBytes = maxMessageBytes
    this.#onAcceptError = onAcceptError
    // Pages of it that no message has reached take no memory.
    this.#stride = maxMessageBytes + SLOT_GAP_BYTES
    const slotCount = Math.min(MAX_MESSAGES_PER_CALL, Math.ceil(MAX_BUFFER_BYTES / maxMessageBytes))
    this.#slots = Buffer.from(new ArrayBuffer(slotCount * this.#stride))
    this.#vector = native.vector(slotCount, this.#slots)
    for (let slot = 0; slot < slotCount; slot++) this.#vector.assign(slot, slot * this.#stride, maxMessageBytes)
  }

  /**
   * Returns when `wake` has become readable, the socket is closed, and all that had been sent until then is in the pages.
   * `remove` is called when nobody is to connect any more.
   */
  run(listener: number, wakeDescriptor: number, remove: () => void): void {
    try {
      while (!this.#ring.isStopRequested) this.#pollOnce(listener, wakeDescriptor)
      remove()
      this.#finish(listener)
    } finally {
      this.#ring.publish()
    }
  }

  #pollOnce(listener: number, wakeDescriptor: number): void {
    const isAccepting = this.#wait(listener, wakeDescriptor)
    const first = isAccepting ? 2 : 1
    if (isAccepting && this.#pollSet.isReady(1)) this.#accept(listener)
    // Those that were accepted just now stand behind, and were not asked.
    const polled = this.#connections.slice(0, this.#pollSet.length - first)
    for (const [index, connection] of polled.entries()) if (this.#pollSet.isReady(first + index)) this.#receive(connection)
  }

  /** Until something comes; what was received is handed over before it would block. Whether the listener was asked. */
  #wait(listener: number, wakeDescriptor: number): boolean {
    const isAcceptPaused = performance.now() < this.#acceptRetryAt
    const isAccepting = this.#connections.length < MAX_CONNECTIONS && !isAcceptPaused
    this.#pollSet.clear()
    this.#pollSet.add(wakeDescriptor, 'readable')
    if (isAccepting) this.#pollSet.add(listener, 'readable')
    for (const { socket } of this.#connections) this.#pollSet.add(socket, 'readable')
    if (!this.#ring.isEmpty) {
      this.#native.poll(this.#pollSet, 0)
      if (this.#pollSet.isAnyReady) return isAccepting
      this.#ring.publish()
    }
    this.#native.poll(this.#pollSet, isAcceptPaused ? ACCEPT_RETRY_DELAY : -1)
    return isAccepting
  }

  #accept(listener: number): void {
    try {
      while (this.#connections.length < MAX_CONNECTIONS) {
        const socket = this.#native.accept(listener)
        if (socket === undefined) return
        const connection = { socket, number: ++this.#accepted }
        this.#connections.push(connection)
        this.#ring.event(OPENED, connection.number)
      }
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error
      this.#acceptRetryAt = performance.now() + ACCEPT_RETRY_DELAY
      this.#onAcceptError(error)
    }
  }

  /** Takes what waits, once; false if nothing did. */
  #receive(connection: Connection): boolean {
    const { number, socket } = connection
    let count = 0
    try {
      count = this.#native.receive(socket, this.#vector)
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error
      // Broken by the other side: an end like any other, since nothing of what it had sent is left to be read.
      this.#close(connection)
      return false
    }
    for (let message = 0; message < count; message++) {
      const length = this.#vector.lengthOf(message)
      if (length === 0) {
        this.#close(connection)
        return false
      }
      if (length > this.#maxMessageBytes) this.#ring.oversized(number, length)
      else this.#ring.message(number, this.#slots, message * this.#stride, length)
    }
    return count > 0
  }

  #close(connection: Connection): void {
    this.#native.close(connection.socket)
    this.#connections = this.#connections.filter(other => other !== connection)
    this.#ring.event(CLOSED, connection.number)
  }

  /** What senders have been told is sent is read, also from those that still waited; nothing more is taken from them. */
  #finish(listener: number): void {
    do {
      for (const connection of this.#connections) {
        this.#native.shutdown(connection.socket, 'receive')
        while (this.#receive(connection));
        if (this.#connections.includes(connection)) this.#close(connection)
      }
      this.#accept(listener)
    } while (this.#connections.length > 0)
    this.#native.close(listener)
    this.#ring.event(ENDED, 0)
  }
}

// SPDX-License-Identifier: Apache-2.0

import { type MessageVector, type NativeSockets, PollSet } from './native-sockets.js'
import type { RingWriter } from './page-ring.js'
import { CLOSED, ENDED, OPENED } from './ring-entry.js'
import { SystemCallError } from './system-call-error.js'

/** Maximum number of open connections. Further connections wait in the backlog until one of these ends. */
export const MAX_CONNECTIONS = 64

/** Maximum number of messages per receive call, and maximum size of their buffer in bytes. */
const MAX_MESSAGES_PER_CALL = 64
const MAX_BUFFER_BYTES = 64 * 1024 * 1024
/**
 * Gap between two slots, in bytes, in addition to the maximum message length; it keeps slots from sharing the same cache sets.
 */
const SLOT_GAP_BYTES = 4096 + 192
/** Delay before accepting again when the system has no free descriptor, in milliseconds. */
const ACCEPT_RETRY_DELAY = 1000

/** An open connection. */
interface Connection {
  readonly socket: number
  readonly number: number
}

/**
 * Accepts connections on a listening socket and writes their messages into pages in order of arrival. Messages of one
 * connection keep their order. Both waits block, so the receiver needs its own thread: it waits in `poll` for messages, and in
 * the ring for a free page.
 */
export class SocketReceiver {
  readonly #native: NativeSockets
  readonly #ring: RingWriter
  readonly #maxMessageBytes: number
  readonly #onAcceptError: (error: SystemCallError) => void
  readonly #slots: Buffer
  /** Distance between the starts of two slots, in bytes. */
  readonly #stride: number
  readonly #vector: MessageVector
  readonly #pollSet = new PollSet(MAX_CONNECTIONS + 2)
  #connections: Connection[] = []
  #accepted = 0
  #acceptRetryAt = 0

  /** `maxMessageBytes`: longer messages are dropped. `onAcceptError` is called when connections cannot be accepted. */
  constructor(native: NativeSockets, ring: RingWriter, maxMessageBytes: number, onAcceptError: (error: SystemCallError) => void) {
    this.#native = native
    this.#ring = ring
    this.#maxMessageBytes = maxMessageBytes
    this.#onAcceptError = onAcceptError
    // Memory pages of the buffer that no message has reached are not allocated.
    this.#stride = maxMessageBytes + SLOT_GAP_BYTES
    const slotCount = Math.min(MAX_MESSAGES_PER_CALL, Math.ceil(MAX_BUFFER_BYTES / maxMessageBytes))
    this.#slots = Buffer.from(new ArrayBuffer(slotCount * this.#stride))
    this.#vector = native.vector(slotCount, this.#slots)
    for (let slot = 0; slot < slotCount; slot++) this.#vector.assign(slot, slot * this.#stride, maxMessageBytes)
  }

  /**
   * Returns when `wakeDescriptor` is readable, the socket is closed, and everything that was sent until then is in the pages.
   * `remove` is called when no more connections are to be accepted.
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
    // Connections that were just accepted are at the end of the list and were not polled.
    const polled = this.#connections.slice(0, this.#pollSet.length - first)
    for (const [index, connection] of polled.entries()) if (this.#pollSet.isReady(first + index)) this.#receive(connection)
  }

  /** Waits for an event. Before it blocks, it publishes the received messages. Returns whether the listener was polled. */
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

  /** Receives the pending messages once. Returns false if there were none or the connection has ended. */
  #receive(connection: Connection): boolean {
    const { number, socket } = connection
    let count = 0
    try {
      count = this.#native.receive(socket, this.#vector)
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error
      // The peer has reset the connection. This is a normal end: none of its sent data remains to be read.
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

  /** Reads everything that has been sent, including from pending connections. Senders cannot send more. */
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

// SPDX-License-Identifier: Apache-2.0

import { CLOSED, ENDED, OPENED } from './entry.js'
import { type MessageVector, type Native, PollSet } from './native.js'
import type { PageWriter } from './pages.js'
import { SystemCallError } from './system-call-error.js'

/** More connections wait in the backlog until one of these ends. */
export const MOST_CONNECTIONS = 64

/** Messages that are received at once, at most, and the room that they may take. */
const MOST_AT_ONCE = 64
const ROOM = 64 * 1024 * 1024
/** Room between two of them beside the longest message, so that they do not all fall on the same lines of the caches. */
const APART = 4096 + 192
/** How long accepting rests when the system has no descriptor left, in milliseconds. */
const REST = 1000

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
export class Intake {
  readonly #native: Native
  readonly #pages: PageWriter
  readonly #longest: number
  readonly #tell: (error: SystemCallError) => void
  readonly #slots: Buffer
  /** From one slot to the next. */
  readonly #stride: number
  readonly #vector: MessageVector
  readonly #set = new PollSet(MOST_CONNECTIONS + 2)
  #connections: Connection[] = []
  #accepted = 0
  #restsUntil = 0

  /** `longest`: a longer message is dropped. `tell` is called when connections cannot be accepted. */
  constructor(native: Native, pages: PageWriter, longest: number, tell: (error: SystemCallError) => void) {
    this.#native = native
    this.#pages = pages
    this.#longest = longest
    this.#tell = tell
    // Pages of it that no message has reached take no memory.
    this.#stride = longest + APART
    const atOnce = Math.min(MOST_AT_ONCE, Math.ceil(ROOM / longest))
    this.#slots = Buffer.from(new ArrayBuffer(atOnce * this.#stride))
    this.#vector = native.vector(atOnce, this.#slots)
    for (let slot = 0; slot < atOnce; slot++) this.#vector.place(slot, slot * this.#stride, longest)
  }

  /**
   * Returns when `wake` has become readable, the socket is closed, and all that had been sent until then is in the pages.
   * `remove` is called when nobody is to connect any more.
   */
  run(listener: number, wake: number, remove: () => void): void {
    try {
      while (!this.#pages.isToStop) this.#turn(listener, wake)
      remove()
      this.#finish(listener)
    } finally {
      this.#pages.handOver()
    }
  }

  #turn(listener: number, wake: number): void {
    const isAccepting = this.#wait(listener, wake)
    const first = isAccepting ? 2 : 1
    if (isAccepting && this.#set.isReady(1)) this.#accept(listener)
    // Those that were accepted just now stand behind, and were not asked.
    const asked = this.#connections.slice(0, this.#set.length - first)
    for (const [index, connection] of asked.entries()) if (this.#set.isReady(first + index)) this.#receive(connection)
  }

  /** Until something comes; what was received is handed over before it would block. Whether the listener was asked. */
  #wait(listener: number, wake: number): boolean {
    const isResting = performance.now() < this.#restsUntil
    const isAccepting = this.#connections.length < MOST_CONNECTIONS && !isResting
    this.#set.clear()
    this.#set.add(wake, 'readable')
    if (isAccepting) this.#set.add(listener, 'readable')
    for (const { socket } of this.#connections) this.#set.add(socket, 'readable')
    if (!this.#pages.isEmpty) {
      this.#native.poll(this.#set, 0)
      if (this.#set.isAnyReady) return isAccepting
      this.#pages.handOver()
    }
    this.#native.poll(this.#set, isResting ? REST : -1)
    return isAccepting
  }

  #accept(listener: number): void {
    try {
      while (this.#connections.length < MOST_CONNECTIONS) {
        const socket = this.#native.accept(listener)
        if (socket === undefined) return
        const connection = { socket, number: ++this.#accepted }
        this.#connections.push(connection)
        this.#pages.event(OPENED, connection.number)
      }
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error
      this.#restsUntil = performance.now() + REST
      this.#tell(error)
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
      if (length > this.#longest) this.#pages.oversized(number, length)
      else this.#pages.message(number, this.#slots, message * this.#stride, length)
    }
    return count > 0
  }

  #close(connection: Connection): void {
    this.#native.close(connection.socket)
    this.#connections = this.#connections.filter(other => other !== connection)
    this.#pages.event(CLOSED, connection.number)
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
    this.#pages.event(ENDED, 0)
  }
}

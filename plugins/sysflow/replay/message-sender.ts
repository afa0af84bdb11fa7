// SPDX-License-Identifier: Apache-2.0
import { type MessageVector, type Native, PollSet } from '../drivers/socket/native.js'
import type { Messages } from './trace-messages.js'

/** A collector's side of a socket: it sends messages as they are, in order, and never more than the other side takes. */
export class MessageSender {
  /** Messages that the kernel has taken. */
  sent = 0
  readonly #native: Native
  readonly #socket: number
  readonly #vector: MessageVector
  readonly #set = new PollSet(1)
  #isOpen = true

  /** Throws a SystemCallError: ENOENT where there is no socket, ECONNREFUSED where nobody listens. */
  static connect(native: Native, path: string): MessageSender {
    const socket = native.socket()
    try {
      native.connect(socket, path)
    } catch (error) {
      native.close(socket)
      throw error
    }
    return new MessageSender(native, socket)
  }

  private constructor(native: Native, socket: number) {
    this.#native = native
    this.#socket = socket
    this.#vector = native.vector(AT_ONCE, NOTHING)
  }

  /**
   * Sends from message `first` up to `end` until there is no more room; the first that was not sent. Throws a
   * SystemCallError, EPIPE or ECONNRESET where the other side has gone.
   */
  send({ bytes, ends }: Messages, first: number, end: number): number {
    this.#vector.use(bytes)
    let next = first
    while (next < end) {
      const count = Math.min(AT_ONCE, end - next)
      for (let message = 0; message < count; message++) {
        const start = next + message === 0 ? 0 : (ends[next + message - 1] as number)
        this.#vector.place(message, start, (ends[next + message] as number) - start)
      }
      const sent = this.#native.send(this.#socket, this.#vector, count)
      next += sent
      this.sent += sent
      if (sent < count) break
    }
    return next
  }

  /** Blocks the thread until there is room again, or for `milliseconds`. */
  wait(milliseconds: number): void {
    this.#set.clear()
    this.#set.add(this.#socket, 'writable')
    this.#native.poll(this.#set, milliseconds)
  }

  /** The other side sees the end, though the socket stays open. */
  finish(): void {
    this.#native.shutdown(this.#socket, 'send')
  }

  close(): void {
    if (this.#isOpen) this.#native.close(this.#socket)
    this.#isOpen = false
  }
}

const AT_ONCE = 64
const NOTHING = new Uint8Array(new ArrayBuffer(4096))

// SPDX-License-Identifier: Apache-2.0
import { type MessageVector, type NativeSockets, PollSet } from '../drivers/socket/native-sockets.js'
import type { MessageBlock } from './trace-messages.js'

/**
 * The sending side of a socket, like a collector's: it sends messages unchanged and in order, and never more than the receiver
 * accepts.
 */
export class MessageSender {
  /** Number of messages that the kernel has accepted. */
  sent = 0
  readonly #native: NativeSockets
  readonly #socket: number
  readonly #vector: MessageVector
  readonly #pollSet = new PollSet(1)
  #isOpen = true

  /** Throws a SystemCallError: ENOENT if there is no socket, ECONNREFUSED if no process listens. */
  static connect(native: NativeSockets, path: string): MessageSender {
    const socket = native.socket()
    try {
      native.connect(socket, path)
    } catch (error) {
      native.close(socket)
      throw error
    }
    return new MessageSender(native, socket)
  }

  private constructor(native: NativeSockets, socket: number) {
    this.#native = native
    this.#socket = socket
    this.#vector = native.vector(MAX_MESSAGES_PER_CALL, EMPTY_BUFFER)
  }

  /**
   * Sends the messages from `first` up to `end` until there is no more room. Returns the index of the first unsent message.
   * Throws a SystemCallError: EPIPE or ECONNRESET if the receiver has closed the connection.
   */
  send({ bytes, ends }: MessageBlock, first: number, end: number): number {
    this.#vector.useBuffer(bytes)
    let next = first
    while (next < end) {
      const count = Math.min(MAX_MESSAGES_PER_CALL, end - next)
      for (let message = 0; message < count; message++) {
        const start = next + message === 0 ? 0 : (ends[next + message - 1] as number)
        this.#vector.assign(message, start, (ends[next + message] as number) - start)
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
    this.#pollSet.clear()
    this.#pollSet.add(this.#socket, 'writable')
    this.#native.poll(this.#pollSet, milliseconds)
  }

  /** The receiver sees the end of the connection, although the socket remains open. */
  finish(): void {
    this.#native.shutdown(this.#socket, 'send')
  }

  close(): void {
    if (this.#isOpen) this.#native.close(this.#socket)
    this.#isOpen = false
  }
}

const MAX_MESSAGES_PER_CALL = 64
const EMPTY_BUFFER = new Uint8Array(new ArrayBuffer(4096))

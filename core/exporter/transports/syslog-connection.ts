// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events'
import type { Socket } from 'node:net'

/** One way to a syslog server. It is good until it breaks; then it is thrown away. */
export interface Connection {
  /** Why nothing more can be written. */
  readonly broken: Error | undefined
  /**
   * Sends a message with this text. `taken` is told once: without an error when the operating system has taken the message.
   * That is all that syslog lets a sender know; it has no acknowledgement.
   */
  write(text: Uint8Array, taken: (error?: Error) => void): void
  /**
   * Ends the connection and resolves when the server has ended it too, having read all: the nearest to an acknowledgement
   * that there is. Rejects if the server went away in another manner, or before.
   */
  finish(): Promise<void>
  /** Ends it at once; messages that are still to be taken fail with `error`. */
  destroy(error?: Error): void
}

/**
 * Who waits to be told of a message. When a connection ends they are told here, not by the socket: of messages that it still
 * held, a TLS socket of Node 20 says that they were taken.
 */
export class UntoldWrites {
  readonly #waiting = new Set<(error?: Error) => void>()

  /** What the socket is to call; only the first of its calls and {@link fail} counts. */
  add(taken: (error?: Error) => void): (error?: Error) => void {
    const once = (error?: Error): void => {
      if (this.#waiting.delete(once)) taken(error)
    }
    this.#waiting.add(once)
    return once
  }

  fail(error: Error): void {
    for (const failed of this.#waiting) failed(error)
  }
}

/** Over TCP or TLS. */
export class StreamConnection implements Connection {
  readonly #socket: Socket
  readonly #put: Connection['write']
  readonly #untold = new UntoldWrites()
  #broken: Error | undefined
  #isEnding = false
  #hasPeerEnded = false
  #ended: ((error?: Error) => void) | undefined

  /**
   * `put`: the way that a message takes into the socket. `broke`: told once if the connection ends and nobody here has asked
   * it to.
   */
  constructor(socket: Socket, put: Connection['write'], broke: (error: Error) => void) {
    this.#socket = socket
    this.#put = put
    const breaks = (error: Error): void => {
      if (this.#broken) return
      if (!this.#isEnding) broke(error)
      this.destroy(error)
    }
    // A dead peer is noticed between two records, and a record is not kept waiting for a fuller packet.
    socket.setTimeout(0).setKeepAlive(true, KEEP_ALIVE).setNoDelay(true)
    socket.on('error', breaks)
    socket.on('end', () => {
      this.#hasPeerEnded = true
      if (!this.#isEnding) breaks(new Error('the server closed it'))
    })
    socket.on('close', () => {
      this.#ended?.(this.#broken ?? (this.#hasPeerEnded ? undefined : new Error('it was closed on the way')))
      breaks(new Error('it is closed'))
    })
    // What the server may say is of no interest, but its goodbye comes behind it.
    socket.resume()
  }

  get broken(): Error | undefined {
    // It may have ended before anybody here listened; else what happened to it is still to be told.
    return this.#broken ?? (this.#socket.destroyed ? new Error('it is closed') : undefined)
  }

  write(text: Uint8Array, taken: (error?: Error) => void): void {
    this.#put(text, this.#untold.add(taken))
  }

  finish(): Promise<void> {
    return new Promise((resolve, reject) => {
      const { broken } = this
      if (broken) {
        reject(broken)
        return
      }
      this.#isEnding = true
      this.#ended = error => (error ? reject(error) : resolve())
      this.#socket.end()
    })
  }

  destroy(error = new Error('it was given up')): void {
    this.#isEnding = true
    this.#broken ??= error
    this.#socket.destroy(error)
    this.#untold.fail(this.#broken)
  }
}

/** Milliseconds without traffic after which the peer is asked whether it still lives. */
const KEEP_ALIVE = 30_000

/** Resolves when `socket` emits `event`; rejects, and destroys it, when that fails or takes more than `seconds`. */
export async function connected<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', seconds: number): Promise<S> {
  let limit: NodeJS.Timeout | undefined
  let fail = (_error: Error): void => {}
  const closed = (): void => fail(new Error('the server closed it'))
  const failure = new Promise<never>((_resolve, reject) => {
    fail = reject
    limit = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000)
    socket.on('error', reject).on('close', closed)
  })
  try {
    await Promise.race([once(socket, event), failure])
    return socket
  } catch (error) {
    // Whatever else it has to say, nobody is left to hear it.
    socket.on('error', () => {}).destroy()
    throw error
  } finally {
    clearTimeout(limit)
    socket.off('error', fail).off('close', closed)
  }
}

// SPDX-License-Identifier: Apache-2.0

import { once } from 'node:events'
import type { Socket } from 'node:net'
import { DeadlineError, withDeadline } from '../../../errors/with-deadline.js'

/** One way to a syslog server. It is good until it breaks; then it is thrown away. */
export interface SyslogConnection {
  /** Why nothing more can be written. */
  readonly failure: Error | undefined
  /**
   * Sends a message with this text. `taken` is told once: without an error when the operating system has taken the message.
   * That is all that syslog lets a sender know; it has no acknowledgement.
   */
  write(text: Uint8Array, onWritten: (error?: Error) => void): void
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
export class PendingWrites {
  readonly #callbacks = new Set<(error?: Error) => void>()

  /** What the socket is to call; only the first of its calls and {@link fail} counts. */
  add(onWritten: (error?: Error) => void): (error?: Error) => void {
    const callOnce = (error?: Error): void => {
      if (this.#callbacks.delete(callOnce)) onWritten(error)
    }
    this.#callbacks.add(callOnce)
    return callOnce
  }

  fail(error: Error): void {
    for (const callback of this.#callbacks) callback(error)
  }
}

/** Over TCP or TLS. */
export class StreamConnection implements SyslogConnection {
  readonly #socket: Socket
  readonly #send: SyslogConnection['write']
  readonly #pendingWrites = new PendingWrites()
  #failure: Error | undefined
  #isEnding = false
  #hasPeerEnded = false
  #onEnded: ((error?: Error) => void) | undefined

  /**
   * `put`: the way that a message takes into the socket. `broke`: told once if the connection ends and nobody here has asked
   * it to.
   */
  constructor(socket: Socket, send: SyslogConnection['write'], onFailure: (error: Error) => void) {
    this.#socket = socket
    this.#send = send
    const handleFailure = (error: Error): void => {
      if (this.#failure) return
      if (!this.#isEnding) onFailure(error)
      this.destroy(error)
    }
    // A dead peer is noticed between two records, and a record is not kept waiting for a fuller packet.
    socket.setTimeout(0).setKeepAlive(true, KEEP_ALIVE_MILLISECONDS).setNoDelay(true)
    socket.on('error', handleFailure)
    socket.on('end', () => {
      this.#hasPeerEnded = true
      if (!this.#isEnding) handleFailure(new Error('the server closed it'))
    })
    socket.on('close', () => {
      this.#onEnded?.(this.#failure ?? (this.#hasPeerEnded ? undefined : new Error('it was closed on the way')))
      handleFailure(new Error('it is closed'))
    })
    // What the server may say is of no interest, but its goodbye comes behind it.
    socket.resume()
  }

  get failure(): Error | undefined {
    // It may have ended before anybody here listened; else what happened to it is still to be told.
    return this.#failure ?? (this.#socket.destroyed ? new Error('it is closed') : undefined)
  }

  write(text: Uint8Array, onWritten: (error?: Error) => void): void {
    this.#send(text, this.#pendingWrites.add(onWritten))
  }

  finish(): Promise<void> {
    return new Promise((resolve, reject) => {
      const { failure } = this
      if (failure) {
        reject(failure)
        return
      }
      this.#isEnding = true
      this.#onEnded = error => (error ? reject(error) : resolve())
      this.#socket.end()
    })
  }

  destroy(error = new Error('it was given up')): void {
    this.#isEnding = true
    this.#failure ??= error
    this.#socket.destroy(error)
    this.#pendingWrites.fail(this.#failure)
  }
}

/** Milliseconds without traffic after which the peer is asked whether it still lives. */
const KEEP_ALIVE_MILLISECONDS = 30_000

/** Resolves when `socket` emits `event`; rejects, and destroys it, when that fails or takes more than `seconds`. */
export async function waitForConnection<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  seconds: number,
): Promise<S> {
  let onClosed = (): void => {}
  const closed = new Promise<never>((_resolve, reject) => {
    onClosed = () => reject(new Error('the server closed it'))
    socket.on('close', onClosed)
  })
  try {
    await withDeadline(Promise.race([once(socket, event), closed]), seconds * 1000)
    return socket
  } catch (error) {
    // Later errors of this socket have no listener.
    socket.on('error', () => {}).destroy()
    throw error instanceof DeadlineError ? new Error(`no answer within ${seconds} s`) : error
  } finally {
    socket.off('close', onClosed)
  }
}

// SPDX-License-Identifier: Apache-2.0

import { once } from 'node:events'
import type { Socket } from 'node:net'
import { DeadlineError, withDeadline } from '../../../errors/with-deadline.js'

/** One connection to a syslog server. It is discarded after its first failure. */
export interface SyslogConnection {
  /** Why nothing more can be written; undefined while the connection works. */
  readonly failure: Error | undefined
  /**
   * Sends a message with this text. Calls `onWritten` once: without an error when the operating system has accepted the message.
   * Syslog has no acknowledgement, so a sender learns no more than that.
   */
  write(text: Uint8Array, onWritten: (error?: Error) => void): void
  /**
   * Ends the connection and resolves when the server has ended it too, having read everything: the closest equivalent of an
   * acknowledgement. Rejects if the server closed the connection in another way, or before.
   */
  finish(): Promise<void>
  /** Ends the connection at once; pending messages fail with `error`. */
  destroy(error?: Error): void
}

/**
 * The callbacks of pending messages. When a connection ends, this class calls them instead of the socket: a TLS socket of Node 20
 * reports messages that it still held as written.
 */
export class PendingWrites {
  readonly #callbacks = new Set<(error?: Error) => void>()

  /** The callback for the socket; only the first call, by the socket or by {@link fail}, counts. */
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

/** A connection over TCP or TLS. */
export class StreamConnection implements SyslogConnection {
  readonly #socket: Socket
  readonly #send: SyslogConnection['write']
  readonly #pendingWrites = new PendingWrites()
  #failure: Error | undefined
  #isEnding = false
  #hasPeerEnded = false
  #onEnded: ((error?: Error) => void) | undefined

  /**
   * `send`: writes a message to the socket. `onFailure`: called once if the connection ends and the transport has not asked for
   * it.
   */
  constructor(socket: Socket, send: SyslogConnection['write'], onFailure: (error: Error) => void) {
    this.#socket = socket
    this.#send = send
    const handleFailure = (error: Error): void => {
      if (this.#failure) return
      if (!this.#isEnding) onFailure(error)
      this.destroy(error)
    }
    // Keep-alive detects a dead peer between two records; no-delay sends a record without waiting for a fuller packet.
    socket.setTimeout(0).setKeepAlive(true, KEEP_ALIVE_MILLISECONDS).setNoDelay(true)
    socket.on('error', handleFailure)
    socket.on('end', () => {
      this.#hasPeerEnded = true
      if (!this.#isEnding) handleFailure(new Error('the server closed it'))
    })
    socket.on('close', () => {
      this.#onEnded?.(this.#failure ?? (this.#hasPeerEnded ? undefined : new Error('it was closed during the transfer')))
      handleFailure(new Error('it is closed'))
    })
    // Data from the server is discarded, but it must be read to reach the end of the stream.
    socket.resume()
  }

  get failure(): Error | undefined {
    // The socket may have been destroyed before its listeners were added, or its events may still be pending.
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

  destroy(error = new Error('it was aborted')): void {
    this.#isEnding = true
    this.#failure ??= error
    this.#socket.destroy(error)
    this.#pendingWrites.fail(this.#failure)
  }
}

/** Milliseconds without traffic after which a keep-alive probe is sent. */
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
    // Later errors of this socket need a listener.
    socket.on('error', () => {}).destroy()
    throw error instanceof DeadlineError ? new Error(`no answer within ${seconds} s`) : error
  } finally {
    socket.off('close', onClosed)
  }
}

// SPDX-License-Identifier: Apache-2.0

import { once } from 'node:events'
import { closeSync, writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { Fault } from '../../../../core/errors/fault.js'
import { messageOf } from '../../../../core/errors/reason.js'
import { deserializeFault } from '../../../../core/errors/serialized-fault.js'
import { sysflowFault } from '../../errors.js'
import { type AcquiredPage, createRingMemory, RingReader } from './page-ring.js'
import type { SocketFile } from './socket-path.js'
import type { SocketWorkerMessage, SocketWorkerTask } from './socket-worker.js'

/** The main thread's handle of the socket thread. It supplies pages until the thread has been stopped. */
export class SocketWorkerHandle {
  readonly #worker: Worker
  readonly #reader: RingReader
  readonly #onNotAccepting: (reason: string) => void
  /** Undefined before the socket listens. */
  #wakeDescriptor: number | undefined
  #hasEnded = false
  #failure: Error | undefined
  #isTornDown = false
  #isRunning = true
  #wakeUp: () => void = () => {}

  /**
   * Resolves when the socket listens; rejects with a fault if it cannot. `onNotAccepting` is called when pending connections
   * cannot be accepted.
   */
  static async start(
    file: SocketFile,
    maxMessageBytes: number,
    onNotAccepting: (reason: string) => void,
  ): Promise<SocketWorkerHandle> {
    const handle = new SocketWorkerHandle({ file, ring: createRingMemory(maxMessageBytes) }, onNotAccepting)
    while (handle.#wakeDescriptor === undefined) {
      if (handle.#failure) throw handle.#failure
      await handle.#sleep()
    }
    // If another error prevents the run from starting, `close` is never called; the thread must not keep the process alive.
    handle.#worker.unref()
    return handle
  }

  private constructor(task: SocketWorkerTask, onNotAccepting: (reason: string) => void) {
    this.#reader = new RingReader(task.ring)
    this.#onNotAccepting = onNotAccepting
    this.#worker = new Worker(new URL('./socket-worker.js', import.meta.url), {
      workerData: task,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MEGABYTES },
    })
    this.#worker.on('message', (message: SocketWorkerMessage) => this.#onMessage(message))
    this.#worker.on('error', error => this.#fail(faultOf(error)))
    this.#worker.on('exit', code => {
      this.#isRunning = false
      this.#fail(sysflowFault('SFP_SOCKET_THREAD', { reason: `it ended with code ${code}` }))
    })
  }

  /**
   * Resolves to the next page, or to undefined after the end. Rejects if the thread has failed and all of its pages have been
   * acquired.
   */
  async next(): Promise<AcquiredPage | undefined> {
    this.#worker.ref()
    for (;;) {
      if (this.#isTornDown) throw this.#failure
      const page = this.#reader.acquire()
      if (page || this.#hasEnded) return page
      if (this.#failure) throw this.#failure
      if (this.#reader.sleep()) await this.#sleep()
    }
  }

  /** True if more messages follow the last acquired page. */
  get hasMessages(): boolean {
    return this.#reader.hasMessages
  }

  /** Call this when a page contains the ENDED entry. */
  markEnded(): void {
    this.#hasEnded = true
  }

  /** The socket thread accepts no more data; data that has already been sent still arrives. */
  stop(): void {
    this.#reader.stop()
    if (this.#wakeDescriptor !== undefined) writeSync(this.#wakeDescriptor, WAKE_VALUE)
  }

  /** Makes `next` reject from now on. */
  abort(reason: unknown): void {
    this.#isTornDown = true
    this.#failure ??= reason instanceof Error ? reason : new Error(messageOf(reason))
    this.#wakeUp()
  }

  /** Ends the thread in any state. */
  async close(): Promise<void> {
    if (this.#isRunning) {
      if (this.#hasEnded) await once(this.#worker, 'exit')
      else {
        this.stop()
        await this.#worker.terminate()
      }
    }
    if (this.#wakeDescriptor !== undefined) closeSync(this.#wakeDescriptor)
    this.#wakeDescriptor = undefined
  }

  #sleep(): Promise<void> {
    return new Promise(resolve => {
      this.#wakeUp = resolve
    })
  }

  #onMessage(message: SocketWorkerMessage): void {
    switch (message.kind) {
      case 'listening':
        this.#wakeDescriptor = message.wakeDescriptor
        break
      case 'failed':
        this.#fail(faultOf(deserializeFault(message.fault)))
        break
      case 'not accepting':
        this.#onNotAccepting(message.reason)
        return
      case 'page':
        break
      default:
        message satisfies never
    }
    this.#wakeUp()
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#wakeUp()
  }
}

const faultOf = (error: unknown): Fault =>
  error instanceof Fault ? error : sysflowFault('SFP_SOCKET_THREAD', { reason: messageOf(error) }, { cause: error })

/** Megabytes. The thread retains no objects, so a small young generation is enough. */
const YOUNG_GENERATION_MEGABYTES = 2
const WAKE_VALUE = new Uint8Array(new BigUint64Array([1n]).buffer)

// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events'
import { closeSync, writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { Fault } from '../../../../core/errors/fault.js'
import { unpacked } from '../../../../core/errors/fault-data.js'
import { messageOf } from '../../../../core/errors/reason.js'
import { PageReader, pageMemory, type TakenPage } from './pages.js'
import type { SocketFile } from './socket-path.js'
import type { News, Task } from './worker.js'

/** The thread that reads the socket, as the main thread sees it: pages come from it until it has been told to stop. */
export class Reception {
  readonly #worker: Worker
  readonly #reader: PageReader
  readonly #notAccepting: (reason: string) => void
  /** Undefined before the socket listens. */
  #wakeDescriptor: number | undefined
  #hasEnded = false
  #failure: Error | undefined
  #isTornDown = false
  #isRunning = true
  #endSleep: () => void = () => {}

  /** Resolves when the socket listens, rejects with a fault if it cannot. `notAccepting` is told of connections that wait. */
  static async start(file: SocketFile, longest: number, notAccepting: (reason: string) => void): Promise<Reception> {
    const reception = new Reception({ file, pages: pageMemory(longest) }, notAccepting)
    while (reception.#wakeDescriptor === undefined) {
      if (reception.#failure) throw reception.#failure
      await reception.#sleep()
    }
    // Where something else keeps the run from starting, nobody comes to end it.
    reception.#worker.unref()
    return reception
  }

  private constructor(task: Task, notAccepting: (reason: string) => void) {
    this.#reader = new PageReader(task.pages)
    this.#notAccepting = notAccepting
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: task,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    })
    this.#worker.on('message', (news: News) => this.#hear(news))
    this.#worker.on('error', error => this.#fail(faultOf(error)))
    this.#worker.on('exit', code => {
      this.#isRunning = false
      this.#fail(new Fault('SFP_SOCKET_THREAD', { reason: `it ended with code ${code}` }))
    })
  }

  /** The next page, when there is one; undefined after the end. Rejects if the thread has failed and all it had read was taken. */
  async next(): Promise<TakenPage | undefined> {
    this.#worker.ref()
    for (;;) {
      if (this.#isTornDown) throw this.#failure
      const page = this.#reader.take()
      if (page || this.#hasEnded) return page
      if (this.#failure) throw this.#failure
      if (this.#reader.sleep()) await this.#sleep()
    }
  }

  /** More messages wait behind the page that was taken last. */
  get hasMessages(): boolean {
    return this.#reader.hasMessages
  }

  /** To be told when a page says that nothing follows. */
  end(): void {
    this.#hasEnded = true
  }

  /** No more is taken from senders; what they have sent still comes. */
  stop(): void {
    this.#reader.stop()
    if (this.#wakeDescriptor !== undefined) writeSync(this.#wakeDescriptor, WAKE)
  }

  /** `next` rejects from now on. */
  tearDown(reason: unknown): void {
    this.#isTornDown = true
    this.#failure ??= reason instanceof Error ? reason : new Error(messageOf(reason))
    this.#endSleep()
  }

  /** Ends the thread, whatever it does. */
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
      this.#endSleep = resolve
    })
  }

  #hear(news: News): void {
    switch (news.kind) {
      case 'listening':
        this.#wakeDescriptor = news.wake
        break
      case 'failed':
        this.#fail(faultOf(unpacked(news.fault)))
        break
      case 'not accepting':
        this.#notAccepting(news.reason)
        return
      case 'page':
        break
      default:
        news satisfies never
    }
    this.#endSleep()
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#endSleep()
  }
}

const faultOf = (error: unknown): Fault =>
  error instanceof Fault ? error : new Fault('SFP_SOCKET_THREAD', { reason: messageOf(error) }, { cause: error })

/** Megabytes: it keeps nothing, so that a small one is enough. */
const YOUNG_GENERATION = 2
const WAKE = new Uint8Array(new BigUint64Array([1n]).buffer)

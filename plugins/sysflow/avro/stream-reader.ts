// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ByteReader } from '../../../core/input/byte-reader.js'

/** Thrown when a stop was requested while the reader waited for more bytes: an incomplete block is then not damage. */
export class StreamStopped extends Error {}

/** Reads bytes that arrive in pieces. The size is unknown, so an incomplete block is not yet damage. */
export class StreamReader implements ByteReader {
  readonly name: string
  readonly size = undefined
  readonly #iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>
  readonly #stop: AbortSignal
  #chunk: Uint8Array = new Uint8Array(0)
  #position = 0
  #isWaiting = false
  #idleListeners: (() => void)[] = []

  /** `stop`: reads reject with {@link StreamStopped} after it fires. */
  constructor(name: string, stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, stop: AbortSignal) {
    this.name = name
    this.#iterator = Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]()
    this.#stop = stop
  }

  async read(target: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    if (position !== this.#position) throw new Error('a stream must be read from front to back')
    while (this.#chunk.length === 0) {
      const { done, value } = await this.#next()
      if (done) return 0
      // A stream with an encoding set yields strings.
      if (!(value instanceof Uint8Array)) throw new TypeError(`what came of ${this.name} is no piece of bytes: ${typeof value}`)
      this.#chunk = value
    }
    const part = this.#chunk.subarray(0, length)
    target.set(part, offset)
    this.#chunk = this.#chunk.subarray(part.length)
    this.#position += part.length
    return part.length
  }

  whenIdle(): Promise<void> {
    if (this.#isWaiting) return Promise.resolve()
    return new Promise(resolve => this.#idleListeners.push(resolve))
  }

  /** Releases the stream; the rest of it is not read. */
  close(): void {
    // A generator that waits for input resolves `return` only when that input has arrived.
    Promise.resolve(this.#iterator.return?.()).catch(() => {})
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#stop.aborted) throw new StreamStopped()
    const next = Promise.resolve(this.#iterator.next())
    let rejectStopped = (): void => {}
    const stopped = new Promise<never>((_, reject) => {
      rejectStopped = () => reject(new StreamStopped())
      this.#stop.addEventListener('abort', rejectStopped, { once: true })
    })
    const turn = new AbortController()
    // Most pieces are available immediately. Only if the next piece is not, idle listeners are notified, so pending blocks are
    // sent without waiting for it.
    nextTurn(undefined, { signal: turn.signal }).then(
      () => this.#notifyIdle(),
      () => {},
    )
    try {
      return await Promise.race([next, stopped])
    } finally {
      turn.abort()
      this.#isWaiting = false
      this.#stop.removeEventListener('abort', rejectStopped)
    }
  }

  #notifyIdle(): void {
    this.#isWaiting = true
    for (const notify of this.#idleListeners.splice(0)) notify()
  }
}

// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ByteSource } from '../../../core/input/byte-source.js'

/** Reading was asked to stop while it waited for more: what is there of a block is not damage. */
export class Stopped extends Error {}

/** Bytes that come piece by piece. Size unknown, so that half a block is not yet damage. */
export class Pieces implements ByteSource {
  readonly name: string
  readonly size = undefined
  readonly #pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>
  readonly #stop: AbortSignal
  #piece: Uint8Array = new Uint8Array(0)
  #position = 0
  #isWaiting = false
  #told: (() => void)[] = []

  /** `stop`: reads reject with {@link Stopped} from then on. */
  constructor(name: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, stop: AbortSignal) {
    this.name = name
    this.#pieces = Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]()
    this.#stop = stop
  }

  async read(into: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    if (position !== this.#position) throw new Error('what comes in pieces is read from front to back')
    while (this.#piece.length === 0) {
      const { done, value } = await this.#next()
      if (done) return 0
      // A stream that has been given an encoding brings texts.
      if (!(value instanceof Uint8Array)) throw new TypeError(`what came of ${this.name} is no piece of bytes: ${typeof value}`)
      this.#piece = value
    }
    const part = this.#piece.subarray(0, length)
    into.set(part, offset)
    this.#piece = this.#piece.subarray(part.length)
    this.#position += part.length
    return part.length
  }

  idle(): Promise<void> {
    if (this.#isWaiting) return Promise.resolve()
    return new Promise(resolve => this.#told.push(resolve))
  }

  /** Lets go of what is not going to be read. */
  close(): void {
    // A generator that waits for something answers only when that has come.
    Promise.resolve(this.#pieces.return?.()).catch(() => {})
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#stop.aborted) throw new Stopped()
    const next = Promise.resolve(this.#pieces.next())
    let endWait = (): void => {}
    const stopped = new Promise<never>((_, reject) => {
      endWait = () => reject(new Stopped())
      this.#stop.addEventListener('abort', endWait, { once: true })
    })
    const turn = new AbortController()
    // Most pieces are here already: only one that is not makes those wait who could be given what is here.
    nextTurn(undefined, { signal: turn.signal }).then(
      () => this.#wait(),
      () => {},
    )
    try {
      return await Promise.race([next, stopped])
    } finally {
      turn.abort()
      this.#isWaiting = false
      this.#stop.removeEventListener('abort', endWait)
    }
  }

  #wait(): void {
    this.#isWaiting = true
    for (const tell of this.#told.splice(0)) tell()
  }
}

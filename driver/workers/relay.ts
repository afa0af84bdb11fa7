// SPDX-License-Identifier: Apache-2.0
import type { Page, Transport } from '../../core/contract/exporter.js'
import type { PageNews } from './messages.js'

/**
 * Bytes of pages that a worker may have sent that are not written yet. It can go on with its trace that far while the main
 * thread writes an earlier one.
 */
export const MOST_UNWRITTEN = 16 * 1024 * 1024

/** The way of a worker's pages to the main thread, for all its exporters. */
export class Relay {
  readonly #post: (news: PageNews, memory: ArrayBuffer[]) => void
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  readonly #spare: ArrayBuffer[] = []
  #unwritten = 0

  /** `post`: sends news and gives away the memory they stand in. */
  constructor(post: (news: PageNews, memory: ArrayBuffer[]) => void, most = MOST_UNWRITTEN) {
    this.#post = post
    this.#most = most
  }

  /**
   * The target of one exporter, as far as its worker can see. The main thread answers for a page from `send` on: it writes
   * it or counts it as not written; `send` resolves when there is room for another.
   */
  transport(stage: string): Transport {
    return {
      name: 'relay',
      open: async () => {},
      send: page => this.#send(stage, page),
      close: async () => {},
    }
  }

  /** The main thread has done with a page, and gives its memory back. */
  written(memory: ArrayBuffer): void {
    this.#unwritten -= memory.byteLength
    if (memory.byteLength === USUAL && this.#spare.length < MOST_SPARE) this.#spare.push(memory)
    if (this.#unwritten < this.#most) for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** The exporter uses its page again, so what is sent is a copy: where records end, and behind it the records. */
  #send(stage: string, { bytes, ends }: Page): Promise<undefined> {
    const memory = this.#memory(ends.byteLength + bytes.length)
    const copy = { kind: 'page', stage, ...sliced(memory, ends.length, bytes.length) } as const
    copy.ends.set(ends)
    copy.bytes.set(bytes)
    this.#unwritten += memory.byteLength
    this.#post(copy, [memory])
    if (this.#unwritten < this.#most) return Promise.resolve(undefined)
    return new Promise(resolve => this.#waiting.push(() => resolve(undefined)))
  }

  /** Fresh memory is slow where it is large: the system clears it first. */
  #memory(size: number): ArrayBuffer {
    if (size > USUAL || size < USUAL / 8) return new ArrayBuffer(size)
    return this.#spare.pop() ?? new ArrayBuffer(USUAL)
  }
}

/** Views of the parts of one page. */
const sliced = (memory: ArrayBuffer, records: number, size: number): Pick<PageNews, 'bytes' | 'ends'> => ({
  ends: new Uint32Array(memory, 0, records),
  bytes: new Uint8Array(memory, records * Uint32Array.BYTES_PER_ELEMENT, size),
})

/** Room for a full page of an exporter, which ends it at 256 kB, with the records that it went over that by. */
const USUAL = 320 * 1024
/** Kept for use again: as much as is under way where the target is no slower than the workers. */
const MOST_SPARE = 8

// SPDX-License-Identifier: Apache-2.0
import type { Chunk, ChunkMeta, Transport } from '../../core/contract/exporter.js'
import type { ChunkMessage } from './messages.js'

/**
 * Bytes of pages that a worker may have sent that are not written yet. It can go on with its partition that far while the main
 * thread writes an earlier one.
 */
export const MAX_UNWRITTEN_BYTES = 16 * 1024 * 1024

/** The way of a worker's pages to the main thread, for all its exporters. */
export class ChunkRelay {
  readonly #post: (message: ChunkMessage, memory: ArrayBuffer[]) => void
  readonly #maxUnwrittenBytes: number
  readonly #waiting: (() => void)[] = []
  readonly #spare: ArrayBuffer[] = []
  #unwritten = 0

  /** `post`: sends news and gives away the memory they stand in. */
  constructor(post: (message: ChunkMessage, memory: ArrayBuffer[]) => void, maxUnwrittenBytes = MAX_UNWRITTEN_BYTES) {
    this.#post = post
    this.#maxUnwrittenBytes = maxUnwrittenBytes
  }

  /**
   * The target of one exporter, as far as its worker can see. The main thread answers for a page from `send` on: it writes
   * it or counts it as not written; `send` resolves when there is room for another.
   */
  transport(stage: string): Transport {
    return {
      name: 'relay',
      open: async () => {},
      send: chunk => this.#send(stage, chunk),
      close: async () => {},
    }
  }

  /** The main thread has done with a page, and gives its memory back. */
  release(memory: ArrayBuffer): void {
    this.#unwritten -= memory.byteLength
    if (memory.byteLength === BUFFER_BYTES && this.#spare.length < MAX_SPARE_BUFFERS) this.#spare.push(memory)
    if (this.#unwritten < this.#maxUnwrittenBytes) for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** The exporter uses its page again, so what is sent is a copy: where records end, and behind it the records. */
  #send(stage: string, { bytes, ends, framing, meta }: Chunk): Promise<undefined> {
    const memory = this.#memory(ends.byteLength + bytes.length)
    const views = chunkViews(memory, ends.length, bytes.length)
    const copy = { kind: 'page', stage, ...views, framing, meta: meta && sendableMeta(meta) } as const
    copy.ends.set(ends)
    copy.bytes.set(bytes)
    this.#unwritten += memory.byteLength
    this.#post(copy, [memory])
    if (this.#unwritten < this.#maxUnwrittenBytes) return Promise.resolve(undefined)
    return new Promise(resolve => this.#waiting.push(() => resolve(undefined)))
  }

  /** Fresh memory is slow where it is large: the system clears it first. */
  #memory(size: number): ArrayBuffer {
    if (size > BUFFER_BYTES || size < BUFFER_BYTES / 8) return new ArrayBuffer(size)
    return this.#spare.pop() ?? new ArrayBuffer(BUFFER_BYTES)
  }
}

/** A typed array is sent with all the memory that it lies in, so times are copied into memory of their own. */
const sendableMeta = (meta: ChunkMeta): ChunkMeta => ({ ...meta, ...(meta.times && { times: meta.times.slice() }) })

/** Views of the parts of one page. */
const chunkViews = (memory: ArrayBuffer, records: number, size: number): Pick<ChunkMessage, 'bytes' | 'ends'> => ({
  ends: new Uint32Array(memory, 0, records),
  bytes: new Uint8Array(memory, records * Uint32Array.BYTES_PER_ELEMENT, size),
})

/** Room for a full page of an exporter, which ends it at 256 kB, with the records that it went over that by. */
const BUFFER_BYTES = 320 * 1024
/** Kept for use again: as much as is under way where the target is no slower than the workers. */
const MAX_SPARE_BUFFERS = 8

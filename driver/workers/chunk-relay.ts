// SPDX-License-Identifier: Apache-2.0
import type { Chunk, ChunkMeta, Transport } from '../../core/contract/exporter.js'
import type { ChunkMessage } from './messages.js'

/**
 * Maximum bytes of chunks that a worker may have sent and that are not written yet. The worker can continue with its partition
 * up to this limit while the main thread writes an earlier partition.
 */
export const MAX_UNWRITTEN_BYTES = 16 * 1024 * 1024

/** Sends a worker's chunks to the main thread, for all its exporters. */
export class ChunkRelay {
  readonly #post: (message: ChunkMessage, memory: ArrayBuffer[]) => void
  readonly #maxUnwrittenBytes: number
  readonly #waiting: (() => void)[] = []
  readonly #spare: ArrayBuffer[] = []
  #unwritten = 0

  /** `post`: sends a message and transfers the memory that it uses. */
  constructor(post: (message: ChunkMessage, memory: ArrayBuffer[]) => void, maxUnwrittenBytes = MAX_UNWRITTEN_BYTES) {
    this.#post = post
    this.#maxUnwrittenBytes = maxUnwrittenBytes
  }

  /**
   * The transport of one exporter in a worker. From `send` on the main thread is responsible for a chunk: it writes the chunk or
   * counts it as not written. `send` resolves when there is room for another chunk.
   */
  transport(stage: string): Transport {
    return {
      name: 'relay',
      open: async () => {},
      send: chunk => this.#send(stage, chunk),
      close: async () => {},
    }
  }

  /** The main thread has finished a chunk, and returns its memory. */
  release(memory: ArrayBuffer): void {
    this.#unwritten -= memory.byteLength
    if (memory.byteLength === BUFFER_BYTES && this.#spare.length < MAX_SPARE_BUFFERS) this.#spare.push(memory)
    if (this.#unwritten < this.#maxUnwrittenBytes) for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** The exporter reuses its chunk, so a copy is sent: first the ends of the records, then the records. */
  #send(stage: string, { bytes, ends, framing, meta }: Chunk): Promise<undefined> {
    const memory = this.#memory(ends.byteLength + bytes.length)
    const views = chunkViews(memory, ends.length, bytes.length)
    const copy = { kind: 'chunk', stage, ...views, framing, meta: meta && sendableMeta(meta) } as const
    copy.ends.set(ends)
    copy.bytes.set(bytes)
    this.#unwritten += memory.byteLength
    this.#post(copy, [memory])
    if (this.#unwritten < this.#maxUnwrittenBytes) return Promise.resolve(undefined)
    return new Promise(resolve => this.#waiting.push(() => resolve(undefined)))
  }

  /** Allocating large memory is slow: the system clears it first. */
  #memory(size: number): ArrayBuffer {
    if (size > BUFFER_BYTES || size < BUFFER_BYTES / 8) return new ArrayBuffer(size)
    return this.#spare.pop() ?? new ArrayBuffer(BUFFER_BYTES)
  }
}

/** A typed array is sent with all its memory, so times are copied into memory of their own. */
const sendableMeta = (meta: ChunkMeta): ChunkMeta => ({ ...meta, ...(meta.times && { times: meta.times.slice() }) })

/** Views of the parts of one chunk. */
const chunkViews = (memory: ArrayBuffer, records: number, size: number): Pick<ChunkMessage, 'bytes' | 'ends'> => ({
  ends: new Uint32Array(memory, 0, records),
  bytes: new Uint8Array(memory, records * Uint32Array.BYTES_PER_ELEMENT, size),
})

/** Fits a full chunk of an exporter, which ends it at 256 kB, plus the last records beyond that limit. */
const BUFFER_BYTES = 320 * 1024
/** Buffers for reuse: as many as are in transit if the target is as fast as the workers. */
const MAX_SPARE_BUFFERS = 8

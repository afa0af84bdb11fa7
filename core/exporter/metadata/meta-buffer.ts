// SPDX-License-Identifier: Apache-2.0
import type { ChunkMeta } from '../../contract/exporter.js'

/** The metadata of records that a transport needs. */
export interface MetaNeeds {
  readonly ids: boolean
  readonly times: boolean
  readonly keys: boolean
}

/** Metadata of the records of the chunk that is being written; reused for the next chunk. */
export class MetaBuffer {
  readonly #ids: string[] | undefined
  readonly #keys: (string | undefined)[] | undefined
  #times: BigInt64Array | undefined
  #length = 0

  constructor({ ids, times, keys }: MetaNeeds) {
    this.#ids = ids ? [] : undefined
    this.#keys = keys ? [] : undefined
    this.#times = times ? new BigInt64Array(1024) : undefined
  }

  /** Appends the metadata of the next record; ignores facts that the transport does not need. */
  append(id: string, key: string | undefined, time: bigint): void {
    this.#ids?.push(id)
    this.#keys?.push(key)
    if (this.#times) {
      if (this.#length === this.#times.length) {
        const grown = new BigInt64Array(2 * this.#length)
        grown.set(this.#times)
        this.#times = grown
      }
      this.#times[this.#length] = time
    }
    this.#length++
  }

  /** Removes everything after the first `length` records. */
  truncate(length: number): void {
    if (length >= this.#length) return
    this.#length = length
    if (this.#ids) this.#ids.length = length
    if (this.#keys) this.#keys.length = length
  }

  /** Valid until the next change. */
  content(): ChunkMeta {
    return {
      ...(this.#ids && { ids: this.#ids }),
      ...(this.#keys && { keys: this.#keys }),
      ...(this.#times && { times: this.#times.subarray(0, this.#length) }),
    }
  }
}

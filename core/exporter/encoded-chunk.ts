// SPDX-License-Identifier: Apache-2.0
import { CountedBatch } from '../contract/batch.js'
import type { Chunk, ChunkMeta, Framing } from '../contract/exporter.js'

/** A chunk of records that another thread encoded. */
export class EncodedChunk extends CountedBatch implements Chunk {
  readonly length: number
  readonly weight: number
  readonly framing: Framing | undefined
  readonly meta: ChunkMeta | undefined
  readonly #onReleased: () => void

  /** `onReleased`: called when the records of the chunk are safe or counted as dropped. */
  constructor(
    readonly bytes: Uint8Array,
    readonly ends: Uint32Array,
    onReleased: () => void,
    { framing, meta }: Pick<Chunk, 'framing' | 'meta'> = {},
  ) {
    super()
    this.framing = framing
    this.meta = meta
    this.length = ends.length
    this.weight = bytes.length
    this.#onReleased = onReleased
  }

  protected override recycle(): void {
    this.#onReleased()
  }
}

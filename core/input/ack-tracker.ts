// SPDX-License-Identifier: Apache-2.0
import { Acknowledgement } from '../contract/batch.js'

/**
 * Tracks which part of one file is acknowledged. Pieces are handed out in the order of reading and acknowledged in any order.
 * `offset` is the position up to which all pieces are acknowledged.
 */
export class AckTracker {
  /** Byte position up to which everything is safe at its targets, or counted as dropped. */
  offset: number
  readonly #pieces: { readonly end: number; isDone: boolean }[] = []
  readonly #isFrozen: () => boolean

  /** `isFrozen`: whether acknowledgements no longer count, because batches that are released now have not been delivered. */
  constructor(offset: number, isFrozen: () => boolean) {
    this.offset = offset
    this.#isFrozen = isFrozen
  }

  get isComplete(): boolean {
    return this.#pieces.length === 0
  }

  /** The acknowledgement of a piece that ends at byte `end`. */
  acknowledgement(end: number): Acknowledgement {
    const piece = { end, isDone: false }
    this.#pieces.push(piece)
    return new Acknowledgement(() => {
      if (this.#isFrozen()) return
      piece.isDone = true
      while (this.#pieces[0]?.isDone) this.offset = this.#pieces.shift()?.end ?? this.offset
    })
  }
}

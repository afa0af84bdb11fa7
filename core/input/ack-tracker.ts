// SPDX-License-Identifier: Apache-2.0
import { Acknowledgement } from '../contract/batch.js'

/**
 * How much of one file is done with: pieces are handed out in the order of reading and done in any order; what counts is the
 * place up to which all of them are done.
 */
export class AckTracker {
  /** Place up to which everything is safe at its targets, or counted as dropped. */
  offset: number
  readonly #pieces: { readonly end: number; isDone: boolean }[] = []
  readonly #isFrozen: () => boolean

  /** `isFrozen`: says whether acknowledgements have stopped counting, since what is let go now has not been delivered. */
  constructor(offset: number, isFrozen: () => boolean) {
    this.offset = offset
    this.#isFrozen = isFrozen
  }

  get isComplete(): boolean {
    return this.#pieces.length === 0
  }

  /** The receipt of a piece that ends at `end`. */
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

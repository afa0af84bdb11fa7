// SPDX-License-Identifier: Apache-2.0

/**
 * The acknowledgement of a piece of input: `done` runs when everything that was made of it is safe at its targets, or counted
 * as dropped. Whoever makes something of that piece retains the receipt and releases it with what was made. Pieces may be
 * done in another order than that in which they were read.
 */
export class Acknowledgement {
  readonly #done: () => void
  #references = 1

  constructor(done: () => void) {
    this.#done = done
  }

  retain(): void {
    this.#references++
  }

  release(): void {
    if (--this.#references === 0) this.#done()
    else if (this.#references < 0) throw new Error('a receipt was released more often than it was retained')
  }
}

// SPDX-License-Identifier: Apache-2.0

/**
 * What a channel carries: many records at once, shared by all receivers and edited by none.
 *
 * Who sends a batch holds it; `send` passes that hold on to the receiver. Who passes the same batch to several receivers
 * retains it once per further receiver. Who has done with it releases it. After the last release its maker may use its
 * columns again, so nobody may read a batch that it has released. The last release is also the acknowledgement: everything
 * in the batch is safe at its target, or counted as dropped.
 */
export interface Batch {
  /** Records in it. */
  readonly length: number
  /** Bytes that it holds, where its records can be large; channels limit these too. */
  readonly weight?: number
  retain(times?: number): void
  release(): void
}

/** The counting half of {@link Batch}: `recycle` runs at the last release. */
export abstract class CountedBatch implements Batch {
  abstract readonly length: number
  #references = 1
  #generation = 0

  /** Holds that are not released yet. The pipeline asks for it when a stage has failed. */
  get holds(): number {
    return this.#references
  }

  /** How often it has been made ready for another life: two equal numbers are the same life. */
  get generation(): number {
    return this.#generation
  }

  retain(times = 1): void {
    this.#references += times
  }

  release(): void {
    if (--this.#references === 0) this.recycle()
    else if (this.#references < 0) throw new Error('a batch was released more often than it was retained')
  }

  /** Makes the batch ready for another life; the next `resetHolds` begins it. */
  protected recycle(): void {}

  /** Begins a new life: one hold, that of the caller. */
  protected resetHolds(): void {
    this.#generation++
    this.#references = 1
  }
}

/** Records of any kind as a batch: what plugins send that bring records of their own. */
export class ListBatch<T> extends CountedBatch {
  readonly records: readonly T[]
  readonly length: number
  readonly #acknowledgement: Acknowledgement | undefined

  /** `acknowledgement`: released when everything in the batch is safe at its target, or counted as dropped. */
  constructor(records: readonly T[], acknowledgement?: Acknowledgement) {
    super()
    this.records = records
    this.length = records.length
    this.#acknowledgement = acknowledgement
    acknowledgement?.retain()
  }

  protected override recycle(): void {
    this.#acknowledgement?.release()
  }
}

/**
 * The acknowledgement of a piece of input: `done` runs when everything that was made of it is safe at its targets, or counted
 * as dropped. Code that makes something of that piece retains the acknowledgement and releases it with what was made. Pieces may be
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
    else if (this.#references < 0) throw new Error('an acknowledgement was released more often than it was retained')
  }
}

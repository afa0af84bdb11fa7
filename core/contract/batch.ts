// SPDX-License-Identifier: Apache-2.0

/**
 * What a channel carries: many records at once, shared by all receivers, read-only.
 * The sender of a batch has one reference to it; `send` passes this reference to the receiver. A stage that passes a batch to
 * several receivers calls `retain` once per additional receiver. A receiver that has finished with the batch calls `release`.
 * After the last release the creator of the batch may reuse its columns, so a released batch must not be read. The last release
 * is also the acknowledgement: every record of the batch is safe at its target, or counted as dropped.
 */
export interface Batch {
  /** Number of records. */
  readonly length: number
  /** Size in bytes, where records can be large. Channels limit this as well. */
  readonly weight?: number
  retain(times?: number): void
  release(): void
}

/** The reference counting of {@link Batch}. `recycle` runs at the last release. */
export abstract class CountedBatch implements Batch {
  abstract readonly length: number
  #references = 1
  #generation = 0

  /** References that are not released yet. The pipeline reads this when a stage has failed. */
  get holds(): number {
    return this.#references
  }

  /** Incremented by each reuse of the batch. Two equal numbers mean the same use. */
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

  /** Prepares the batch for reuse, which the next `resetHolds` starts. */
  protected recycle(): void {}

  /** Starts a new use of the batch with one reference, which belongs to the caller. */
  protected resetHolds(): void {
    this.#generation++
    this.#references = 1
  }
}

/** A batch of arbitrary records, for plugins that define records of their own. */
export class ListBatch<T> extends CountedBatch {
  readonly records: readonly T[]
  readonly length: number
  readonly #acknowledgement: Acknowledgement | undefined

  /** `acknowledgement`: released when every record of the batch is safe at its target, or counted as dropped. */
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
 * The acknowledgement of a piece of input. `done` runs when everything created from the piece is safe at its targets, or counted
 * as dropped. Code that creates something from the piece retains the acknowledgement and releases it together with the result.
 * Pieces may be acknowledged in a different order from the one in which they were read.
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

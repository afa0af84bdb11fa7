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
    this.#references = 1
  }
}

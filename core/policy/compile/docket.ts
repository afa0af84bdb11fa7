// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import { JudgedBatch, type Verdict } from '../../contract/verdict.js'

/** Where a plan enters what it says of a batch. Used again for the next one; what leaves is copied. */
export class Docket {
  length = 0
  /** Entries with a verdict. */
  matched = 0
  /** Rows that a filter dropped. */
  dropped = 0
  #rows = new Uint32Array(0)
  readonly #verdicts: (Verdict | null)[] = []

  begin(capacity: number): void {
    this.length = 0
    this.matched = 0
    this.dropped = 0
    if (this.#rows.length < capacity) this.#rows = new Uint32Array(capacity)
  }

  enter(row: number, verdict: Verdict | null): void {
    this.#rows[this.length] = row
    this.#verdicts[this.length++] = verdict
    if (verdict !== null) this.matched++
  }

  rowAt(index: number): number | undefined {
    return index < this.length ? this.#rows[index] : undefined
  }

  verdictAt(index: number): Verdict | null {
    return index < this.length ? (this.#verdicts[index] ?? null) : null
  }

  /** Gives an entry another verdict in the place of its own. */
  amend(index: number, verdict: Verdict): void {
    this.#verdicts[index] = verdict
  }

  /** The entries as a batch of their own, which takes over the caller's hold on `records`. */
  take<B extends Batch>(records: B): JudgedBatch<B> {
    return new JudgedBatch(records, this.#rows.slice(0, this.length), this.#verdicts.slice(0, this.length))
  }
}

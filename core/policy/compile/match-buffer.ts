// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import { EvaluatedBatch, type RuleMatches } from '../../contract/evaluated-batch.js'

/** The buffer for the results of a plan on one batch. It is reused for the next batch; `toBatch` copies its content. */
export class MatchBuffer {
  length = 0
  /** Entries with rule matches. */
  matched = 0
  /** Rows that a filter dropped. */
  dropped = 0
  #rows = new Uint32Array(0)
  readonly #matches: (RuleMatches | null)[] = []

  reset(capacity: number): void {
    this.length = 0
    this.matched = 0
    this.dropped = 0
    if (this.#rows.length < capacity) this.#rows = new Uint32Array(capacity)
  }

  add(row: number, matches: RuleMatches | null): void {
    this.#rows[this.length] = row
    this.#matches[this.length++] = matches
    if (matches !== null) this.matched++
  }

  rowAt(index: number): number | undefined {
    return index < this.length ? this.#rows[index] : undefined
  }

  matchesAt(index: number): RuleMatches | null {
    return index < this.length ? (this.#matches[index] ?? null) : null
  }

  /** Replaces the rule matches of an entry. */
  replaceMatches(index: number, matches: RuleMatches): void {
    this.#matches[index] = matches
  }

  /** The entries as a new batch, which takes over the caller's reference to `records`. */
  toBatch<B extends Batch>(records: B): EvaluatedBatch<B> {
    return new EvaluatedBatch(records, this.#rows.slice(0, this.length), this.#matches.slice(0, this.length))
  }
}

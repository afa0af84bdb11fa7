// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../core/contract/batch.js'
import { EvaluatedBatch, type RuleMatches } from '../../../core/contract/evaluated-batch.js'
import { MatchBuffer } from '../../../core/policy/compile/match-buffer.js'
import type { PolicyPlan } from '../../../core/policy/compile/plan.js'
import { Redactor } from './redaction.js'
import { rowText, type TapField } from './row-text.js'

/** What one session selects. */
export interface TapQuery<B extends Batch> {
  readonly channel: string
  /** Undefined: every record. */
  readonly condition: PolicyPlan<B> | undefined
  fieldsOf(batch: B, row: number): readonly TapField<B>[]
  /** The session ends after this many records. */
  readonly limit: number
}

/** Record counts of one session. `offered = shown + unmatched + dropped + skipped`, except for lines that wait to be sent. */
export interface TapCounts {
  offered: number
  matched: number
  shown: number
  /** Matched, but the buffer was full. */
  dropped: number
  /** Not evaluated, so that the tap does not slow the pipeline. */
  skipped: number
}

const MAX_LINES = 1024
const MAX_BYTES = 1024 * 1024

/** One reader of a channel: buffers lines until they are sent, up to a limit. */
export class TapSession<B extends Batch> {
  readonly query: TapQuery<B>
  readonly counts: TapCounts = { offered: 0, matched: 0, shown: 0, dropped: 0, skipped: 0 }
  readonly #redactor = new Redactor()
  readonly #matchBuffer = new MatchBuffer()
  #lines: string[] = []
  #bytes = 0

  constructor(query: TapQuery<B>) {
    this.query = query
  }

  /** The requested number of records has been shown or waits to be sent. */
  get isFull(): boolean {
    return this.counts.shown + this.#lines.length >= this.query.limit
  }

  skip(batch: Batch): void {
    this.counts.offered += batch.length
    this.counts.skipped += batch.length
  }

  /** Evaluates the rows of a batch and buffers lines for the matches; it retains no reference to the batch. */
  offer(batch: B | EvaluatedBatch<B>): void {
    this.counts.offered += batch.length
    const { condition } = this.query
    if (batch instanceof EvaluatedBatch) {
      const { records, rows, matches } = batch
      const matchingRows = condition && this.#evaluate(condition, records)
      for (let index = 0; index < rows.length; index++) {
        const row = rows[index] as number
        if (!matchingRows || matchingRows.has(row)) this.#addLine(records, row, matches[index] ?? null)
      }
    } else if (condition) for (const row of this.#evaluate(condition, batch)) this.#addLine(batch, row, undefined)
    else for (let row = 0; row < batch.length; row++) this.#addLine(batch, row, undefined)
  }

  /** Removes all waiting lines and returns them as one text. */
  takeLines(): string {
    const text = this.#lines.join('')
    this.counts.shown += this.#lines.length
    this.#lines = []
    this.#bytes = 0
    return text
  }

  #evaluate(condition: PolicyPlan<B>, batch: B): ReadonlySet<number> {
    const matchBuffer = this.#matchBuffer
    condition.evaluate(batch, false, matchBuffer)
    const rows = new Set<number>()
    for (let index = 0; index < matchBuffer.length; index++) rows.add(matchBuffer.rowAt(index) ?? 0)
    return rows
  }

  #addLine(batch: B, row: number, matches: RuleMatches | null | undefined): void {
    if (this.isFull) return
    this.counts.matched++
    if (this.#lines.length >= MAX_LINES || this.#bytes >= MAX_BYTES) {
      this.counts.dropped++
      return
    }
    const line = rowText(this.query.fieldsOf(batch, row), this.#redactor, batch, row, matches)
    this.#lines.push(line)
    this.#bytes += line.length
  }
}

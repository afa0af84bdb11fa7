// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../core/contract/batch.js'
import { JudgedBatch, type Verdict } from '../../../core/contract/verdict.js'
import { Docket } from '../../../core/policy/compile/docket.js'
import type { Plan } from '../../../core/policy/compile/plan.js'
import { Redaction } from './redaction.js'
import { type Field, rowText } from './row-text.js'

/** What one session looks for. */
export interface Question<B extends Batch> {
  readonly channel: string
  /** Undefined: every record. */
  readonly condition: Plan<B> | undefined
  fieldsOf(batch: B, row: number): readonly Field<B>[]
  /** Records after which it ends. */
  readonly limit: number
}

/** Records of one session. `offered = shown + unmatched + dropped + skipped`, but for those that wait to be sent. */
export interface Counts {
  offered: number
  matched: number
  shown: number
  /** Matched, and found no room. */
  dropped: number
  /** Not looked at, so that the pipeline is not slowed. */
  skipped: number
}

const MOST_LINES = 1024
const MOST_BYTES = 1024 * 1024

/** Somebody's look at a channel: keeps lines until they are sent, as many as there is room for. */
export class Session<B extends Batch> {
  readonly question: Question<B>
  readonly counts: Counts = { offered: 0, matched: 0, shown: 0, dropped: 0, skipped: 0 }
  readonly #redaction = new Redaction()
  readonly #docket = new Docket()
  #lines: string[] = []
  #bytes = 0

  constructor(question: Question<B>) {
    this.question = question
  }

  /** As many records as were wanted have been shown or wait to be. */
  get isFull(): boolean {
    return this.counts.shown + this.#lines.length >= this.question.limit
  }

  skip(batch: Batch): void {
    this.counts.offered += batch.length
    this.counts.skipped += batch.length
  }

  /** Judges the rows of a batch and keeps those that match; nothing of the batch itself. */
  offer(batch: B | JudgedBatch<B>): void {
    this.counts.offered += batch.length
    const { condition } = this.question
    if (batch instanceof JudgedBatch) {
      const { records, rows, verdicts } = batch
      const wanted = condition && this.#judge(condition, records)
      for (let index = 0; index < rows.length; index++) {
        const row = rows[index] as number
        if (!wanted || wanted.has(row)) this.#keep(records, row, verdicts[index] ?? null)
      }
    } else if (condition) for (const row of this.#judge(condition, batch)) this.#keep(batch, row, undefined)
    else for (let row = 0; row < batch.length; row++) this.#keep(batch, row, undefined)
  }

  /** All lines that wait, as one text. */
  take(): string {
    const text = this.#lines.join('')
    this.counts.shown += this.#lines.length
    this.#lines = []
    this.#bytes = 0
    return text
  }

  #judge(condition: Plan<B>, batch: B): ReadonlySet<number> {
    const docket = this.#docket
    condition.judge(batch, false, docket)
    const rows = new Set<number>()
    for (let index = 0; index < docket.length; index++) rows.add(docket.rowAt(index) ?? 0)
    return rows
  }

  #keep(batch: B, row: number, verdict: Verdict | null | undefined): void {
    if (this.isFull) return
    this.counts.matched++
    if (this.#lines.length >= MOST_LINES || this.#bytes >= MOST_BYTES) {
      this.counts.dropped++
      return
    }
    const line = rowText(this.question.fieldsOf(batch, row), this.#redaction, batch, row, verdict)
    this.#lines.push(line)
    this.#bytes += line.length
  }
}

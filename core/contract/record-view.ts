// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from './any-value.js'
import type { Batch } from './batch.js'
import type { Attribute, Source } from './source.js'
import { JudgedBatch, type Verdict } from './verdict.js'

/**
 * One record as plugin authors meet it: attributes by name or alias. It looks into a batch that moves on, so it is valid only
 * until the next record is looked at; `snapshot` copies what shall outlive it.
 */
export interface RecordView {
  /** Undefined for a name that no attribute has, and for what this record does not have. Clocks are bigints of nanoseconds. */
  value(name: string): AnyValue | undefined
  /** The value as text: numbers in decimal, lists joined by commas; empty where there is none. */
  text(name: string): string
  /** All that the record says, by attribute; safe to keep. */
  snapshot(): ReadonlyMap<string, AnyValue>
  /** Null: no rule matched, or nobody has judged it. */
  readonly verdict: Verdict | null
}

/** The view of one row; `at` moves it to another. */
export class RowView<B extends Batch> implements RecordView {
  verdict: Verdict | null = null
  readonly #source: Source<B>
  #records: B
  #row: number

  constructor(source: Source<B>, records: B, row = 0) {
    this.#source = source
    this.#records = records
    this.#row = row
  }

  at(row: number, verdict: Verdict | null = null, records = this.#records): this {
    this.#row = row
    this.verdict = verdict
    this.#records = records
    return this
  }

  value(name: string): AnyValue | undefined {
    return this.#source.vocabulary.find(name)?.read(this.#records, this.#row)
  }

  text(name: string): string {
    const value = this.value(name)
    return value === undefined || value === null ? '' : String(value)
  }

  snapshot(): ReadonlyMap<string, AnyValue> {
    if (this.#source.snapshot) return this.#source.snapshot(this.#records, this.#row)
    const { vocabulary } = this.#source
    const type = this.#source.typeOf?.(this.#records, this.#row)
    const told = (vocabulary.own ?? vocabulary.names)
      .map(name => vocabulary.find(name))
      .filter(attribute => attribute !== undefined && (type === undefined || attribute.types.includes(type)))
    return new Map((told as Attribute<B>[]).map(attribute => [attribute.name, copied(attribute.read(this.#records, this.#row))]))
  }
}

/** The records `from` (inclusive) to `to` (exclusive) of a batch, judged or not. Each is the same view, moved on. */
export function* recordsIn<B extends Batch>(
  batch: B | JudgedBatch<B>,
  source: Source<B>,
  from = 0,
  to = batch.length,
): Generator<RecordView, void> {
  if (batch instanceof JudgedBatch) {
    const { records, rows, verdicts } = batch
    const view = new RowView(source, records)
    for (let index = from; index < to; index++) yield view.at(rows[index] as number, verdicts[index] ?? null)
    return
  }
  const view = new RowView(source, batch)
  for (let row = from; row < to; row++) yield view.at(row)
}

const copied = (value: AnyValue | undefined): AnyValue => (Array.isArray(value) ? [...value] : (value ?? null))

// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from './any-value.js'
import type { Batch } from './batch.js'
import { EvaluatedBatch, type RuleMatches } from './evaluated-batch.js'
import type { Attribute, RecordAdapter } from './record-adapter.js'

/**
 * One record as plugin authors see it: attributes by name or alias. The view reads from a batch in use, so it is valid only until
 * the next record is read; `snapshot` makes a copy that stays valid.
 */
export interface RecordView {
  /** Undefined if there is no such attribute or the record has no value for it. Timestamps are bigints of nanoseconds. */
  value(name: string): AnyValue | undefined
  /** The value as text: numbers in decimal, lists joined by commas; empty if there is no value. */
  text(name: string): string
  /** All values of the record by attribute. The result may be retained. */
  snapshot(): ReadonlyMap<string, AnyValue>
  /** Null: no rule matched, or the record is not evaluated. */
  readonly matches: RuleMatches | null
}

/** The view of one row; `at` moves it to another row. */
export class RowView<B extends Batch> implements RecordView {
  matches: RuleMatches | null = null
  readonly #adapter: RecordAdapter<B>
  #records: B
  #row: number

  constructor(adapter: RecordAdapter<B>, records: B, row = 0) {
    this.#adapter = adapter
    this.#records = records
    this.#row = row
  }

  moveTo(row: number, matches: RuleMatches | null = null, records = this.#records): this {
    this.#row = row
    this.matches = matches
    this.#records = records
    return this
  }

  value(name: string): AnyValue | undefined {
    return this.#adapter.attributes.find(name)?.read(this.#records, this.#row)
  }

  text(name: string): string {
    const value = this.value(name)
    return value === undefined || value === null ? '' : String(value)
  }

  snapshot(): ReadonlyMap<string, AnyValue> {
    if (this.#adapter.snapshot) return this.#adapter.snapshot(this.#records, this.#row)
    const { attributes } = this.#adapter
    const type = this.#adapter.recordType?.(this.#records, this.#row)
    const listed = (attributes.canonicalNames ?? attributes.names)
      .map(name => attributes.find(name))
      .filter(attribute => attribute !== undefined && (type === undefined || attribute.recordTypes.includes(type)))
    return new Map(
      (listed as Attribute<B>[]).map(attribute => [attribute.name, copyOf(attribute.read(this.#records, this.#row))]),
    )
  }
}

/**
 * The records `from` (inclusive) to `to` (exclusive) of a batch, evaluated or not. All are the same view, moved from row to row.
 */
export function* recordsIn<B extends Batch>(
  batch: B | EvaluatedBatch<B>,
  adapter: RecordAdapter<B>,
  from = 0,
  to = batch.length,
): Generator<RecordView, void> {
  if (batch instanceof EvaluatedBatch) {
    const { records, rows, matches } = batch
    const view = new RowView(adapter, records)
    for (let index = from; index < to; index++) yield view.moveTo(rows[index] as number, matches[index] ?? null)
    return
  }
  const view = new RowView(adapter, batch)
  for (let row = from; row < to; row++) yield view.moveTo(row)
}

const copyOf = (value: AnyValue | undefined): AnyValue => (Array.isArray(value) ? [...value] : (value ?? null))

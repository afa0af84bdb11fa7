// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from './any-value.js'
import type { Batch } from './batch.js'
import { EvaluatedBatch, type RuleMatches } from './evaluated-batch.js'
import type { Attribute, RecordAdapter } from './record-adapter.js'

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
  readonly matches: RuleMatches | null
}

/** The view of one row; `at` moves it to another. */
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

/** The records `from` (inclusive) to `to` (exclusive) of a batch, judged or not. Each is the same view, moved on. */
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

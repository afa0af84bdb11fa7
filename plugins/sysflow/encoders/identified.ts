// SPDX-License-Identifier: Apache-2.0
import type { Encoder, PageWriter } from '../../../core/contract/exporter.js'
import type { JudgedBatch } from '../../../core/contract/verdict.js'
import { clockSeconds } from '../../../core/contract/clock.js'
import type { EventColumns } from '../reader/event-columns.js'
import { hourOf } from '../../../core/exporter/name-template.js'
import { DocumentIds } from './document-id.js'

/**
 * Before each record, what a document store asks for and the document does not say: `<id> <hour> <document>`, as in
 * `73291fd44c312474 2023-11-14T22 {…}`. It is part of the record, so it stays with it through threads, spools and dead
 * letters: a record that is sent again, even by another process, is recognised.
 */
export class IdentifiedEncoder implements Encoder<EventColumns> {
  readonly format: string
  readonly #documents: Encoder<EventColumns>
  readonly #ids = new DocumentIds()
  #hour = Number.NaN
  #front = ''

  constructor(documents: Encoder<EventColumns>) {
    this.format = documents.format
    this.#documents = documents
  }

  async open(): Promise<void> {
    await this.#documents.open?.()
  }

  async close(): Promise<void> {
    await this.#documents.close?.()
  }

  encode(batch: JudgedBatch<EventColumns>, from: number, to: number, into: PageWriter): void {
    const { records, rows } = batch
    for (let index = from; index < to; index++) {
      const row = rows[index] as number
      const hour = Math.floor(clockSeconds(records.tsHigh[row] as number, records.tsLow[row] as number) / 3600)
      if (hour !== this.#hour) {
        this.#hour = hour
        this.#front = ` ${hourOf(hour * 3_600_000)} `
      }
      into.text(this.#ids.of(records, row))
      into.text(this.#front)
      this.#documents.encode(batch, index, index + 1, into)
    }
  }
}

export interface Identified {
  readonly id: string
  /** Of the record, in UTC: 2023-11-14T22. */
  readonly hour: string
  /** With its line feed. */
  readonly document: Uint8Array
}

/** The parts of a record that {@link IdentifiedEncoder} wrote; undefined if it did not. */
export function identified(record: Uint8Array): Identified | undefined {
  const front = String.fromCharCode(...record.subarray(0, FRONT))
  const match = /^([0-9a-f]{16}) (\d{4}-\d\d-\d\dT\d\d) $/.exec(front)
  return match ? { id: match[1] ?? '', hour: match[2] ?? '', document: record.subarray(FRONT) } : undefined
}

const FRONT = 16 + 1 + 13 + 1

// SPDX-License-Identifier: Apache-2.0

import { clockSeconds } from '../../../core/contract/clock.js'
import type { EvaluatedBatch } from '../../../core/contract/evaluated-batch.js'
import type { ChunkWriter, Encoder } from '../../../core/contract/exporter.js'
import { hourOf } from '../../../core/exporter/name-template.js'
import type { EventColumns } from '../reader/event-columns.js'
import { DocumentIds } from './document-id.js'

/**
 * Before each record, what a document store asks for and the document does not say: `<id> <hour> <document>`, as in
 * `73291fd44c312474 2023-11-14T22 {…}`. It is part of the record, so it stays with it through threads, spools and dead
 * letters: a record that is sent again, even by another process, is recognised.
 */
export class DocumentIdEncoder implements Encoder<EventColumns> {
  readonly format: string
  readonly #encoder: Encoder<EventColumns>
  readonly #ids = new DocumentIds()
  #hour = Number.NaN
  #prefix = ''

  constructor(encoder: Encoder<EventColumns>) {
    this.format = encoder.format
    this.#encoder = encoder
  }

  async open(): Promise<void> {
    await this.#encoder.open?.()
  }

  async close(): Promise<void> {
    await this.#encoder.close?.()
  }

  encode(batch: EvaluatedBatch<EventColumns>, from: number, to: number, into: ChunkWriter): void {
    const { records, rows } = batch
    for (let index = from; index < to; index++) {
      const row = rows[index] as number
      const hour = Math.floor(clockSeconds(records.tsHigh[row] as number, records.tsLow[row] as number) / 3600)
      if (hour !== this.#hour) {
        this.#hour = hour
        this.#prefix = ` ${hourOf(hour * 3_600_000)} `
      }
      into.text(this.#ids.of(records, row))
      into.text(this.#prefix)
      this.#encoder.encode(batch, index, index + 1, into)
    }
  }
}

export interface IdentifiedDocument {
  readonly id: string
  /** Of the record, in UTC: 2023-11-14T22. */
  readonly hour: string
  /** With its line feed. */
  readonly document: Uint8Array
}

/** The parts of a record that {@link DocumentIdEncoder} wrote; undefined if it did not. */
export function parseIdentifiedDocument(record: Uint8Array): IdentifiedDocument | undefined {
  const prefix = String.fromCharCode(...record.subarray(0, PREFIX_LENGTH))
  const match = /^([0-9a-f]{16}) (\d{4}-\d\d-\d\dT\d\d) $/.exec(prefix)
  return match ? { id: match[1] ?? '', hour: match[2] ?? '', document: record.subarray(PREFIX_LENGTH) } : undefined
}

const PREFIX_LENGTH = 16 + 1 + 13 + 1

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Encoder, PageWriter } from '../../contract/exporter.js'
import type { JudgedBatch } from '../../contract/verdict.js'

/** The key of a record; empty where it has none. */
export type KeyOf<B extends Batch> = (batch: B, row: number) => string

/**
 * Before each record the key that keeps it in one partition with others, and a blank: `worker-2 {…}`. It is part of the record,
 * so it stays with it through threads, spools and dead letters. Characters that could be mistaken are percent-encoded.
 */
export class KeyedEncoder<B extends Batch> implements Encoder<B> {
  readonly format: string
  readonly #documents: Encoder<B>
  readonly #keyOf: KeyOf<B>
  #last = ''
  #front = ' '

  constructor(documents: Encoder<B>, keyOf: KeyOf<B>) {
    this.format = documents.format
    this.#documents = documents
    this.#keyOf = keyOf
  }

  async open(): Promise<void> {
    await this.#documents.open?.()
  }

  async close(): Promise<void> {
    await this.#documents.close?.()
  }

  encode(batch: JudgedBatch<B>, from: number, to: number, into: PageWriter): void {
    for (let index = from; index < to; index++) {
      const key = this.#keyOf(batch.records, batch.rows[index] as number)
      if (key !== this.#last) {
        this.#last = key
        this.#front = `${encodeURIComponent(Buffer.from(key, 'utf8').toString('utf8'))} `
      }
      into.text(this.#front)
      this.#documents.encode(batch, index, index + 1, into)
    }
  }
}

export interface Keyed {
  readonly key: string
  /** Without its line feed. */
  readonly document: Uint8Array
}

/** The parts of a record that {@link KeyedEncoder} wrote; undefined if it did not. */
export function keyed(record: Uint8Array): Keyed | undefined {
  const end = record.indexOf(BLANK)
  if (end < 0 || end > LONGEST_KEY) return undefined
  const front = String.fromCharCode(...record.subarray(0, end))
  if (!/^[\w.!~*'()%-]*$/.test(front)) return undefined
  return { key: decodeURIComponent(front), document: withoutLineFeed(record.subarray(end + 1)) }
}

export const withoutLineFeed = (record: Uint8Array): Uint8Array =>
  record.at(-1) === LINE_FEED ? record.subarray(0, record.length - 1) : record

const BLANK = 0x20
const LINE_FEED = 0x0a
const LONGEST_KEY = 16_384

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { EvaluatedBatch } from '../../contract/evaluated-batch.js'
import type { ChunkWriter, Encoder } from '../../contract/exporter.js'

/** The key of a record; empty where it has none. */
export type RecordKeyOf<B extends Batch> = (batch: B, row: number) => string

/**
 * Before each record the key that keeps it in one partition with others, and a blank: `worker-2 {…}`. It is part of the record,
 * so it stays with it through threads, spools and dead letters. Characters that could be mistaken are percent-encoded.
 */
export class KeyedEncoder<B extends Batch> implements Encoder<B> {
  readonly format: string
  readonly #encoder: Encoder<B>
  readonly #keyOf: RecordKeyOf<B>
  #lastKey = ''
  #prefix = ' '

  constructor(encoder: Encoder<B>, keyOf: RecordKeyOf<B>) {
    this.format = encoder.format
    this.#encoder = encoder
    this.#keyOf = keyOf
  }

  async open(): Promise<void> {
    await this.#encoder.open?.()
  }

  async close(): Promise<void> {
    await this.#encoder.close?.()
  }

  encode(batch: EvaluatedBatch<B>, from: number, to: number, into: ChunkWriter): void {
    for (let index = from; index < to; index++) {
      const key = this.#keyOf(batch.records, batch.rows[index] as number)
      if (key !== this.#lastKey) {
        this.#lastKey = key
        this.#prefix = `${encodeURIComponent(Buffer.from(key, 'utf8').toString('utf8'))} `
      }
      into.text(this.#prefix)
      this.#encoder.encode(batch, index, index + 1, into)
    }
  }
}

export interface KeyedDocument {
  readonly key: string
  /** Without its line feed. */
  readonly document: Uint8Array
}

/** The parts of a record that {@link KeyedEncoder} wrote; undefined if it did not. */
export function parseKeyedDocument(record: Uint8Array): KeyedDocument | undefined {
  const end = record.indexOf(SPACE)
  if (end < 0 || end > MAX_KEY_LENGTH) return undefined
  const prefix = String.fromCharCode(...record.subarray(0, end))
  if (!/^[\w.!~*'()%-]*$/.test(prefix)) return undefined
  return { key: decodeURIComponent(prefix), document: withoutLineFeed(record.subarray(end + 1)) }
}

export const withoutLineFeed = (record: Uint8Array): Uint8Array =>
  record.at(-1) === LINE_FEED ? record.subarray(0, record.length - 1) : record

const SPACE = 0x20
const LINE_FEED = 0x0a
const MAX_KEY_LENGTH = 16_384

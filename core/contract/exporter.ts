// SPDX-License-Identifier: Apache-2.0
import type { Batch } from './batch.js'
import type { JudgedBatch } from './verdict.js'

/** Encoded records, each followed by a line feed. Valid until the transport's `send` has resolved. */
export interface Page {
  readonly bytes: Uint8Array
  /** Records in it. */
  readonly length: number
  /** `ends[i]` is the offset behind record i and its line feed; record i begins where the one before it ends. */
  readonly ends: Uint32Array
}

/** Record → bytes. Looked up by (channel type, format). Never fails on a record: what has no value is written as absent. */
export interface Encoder<B extends Batch> {
  readonly format: string
  /** Appends the encoded rows `from` (inclusive) to `to` (exclusive) of `batch` to `into`. */
  encode(batch: JudgedBatch<B>, from: number, to: number, into: PageWriter): void
}

/** Where an encoder writes. `finishRecord` ends one record with a line feed; an encoded record holds no other. */
export interface PageWriter {
  /** ASCII or other text; the encoder has escaped it already. */
  text(text: string): void
  bytes(bytes: Uint8Array): void
  /** A whole number within ±2^53, as decimal digits. */
  number(value: number): void
  /** A signed 64-bit whole number in halves, as decimal digits. */
  clock(high: number, low: number): void
  /** Nanoseconds of a second as decimals: a point and up to nine digits without trailing zeros; nothing for 0. */
  decimals(nanos: number): void
  /** Five words of 32 bits as 40 lower-case hexadecimal digits, the lowest byte of each first. */
  hex(first: number, second: number, third: number, fourth: number, fifth: number): void
  finishRecord(): void
}

/** Bytes → elsewhere. */
export interface Transport {
  readonly name: string
  /** Rejects if the target cannot be used: nothing starts then. Called once, before the first `send`. */
  open(): Promise<void>
  /** Resolves when the page is safe at the target. Rejects with a fault; the exporter then counts its records as dropped. */
  send(page: Page): Promise<void>
  /** Resolves when all that was sent has left; safe to call twice. */
  close(): Promise<void>
}

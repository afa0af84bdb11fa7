// SPDX-License-Identifier: Apache-2.0
import type { Batch } from './batch.js'
import type { EvaluatedBatch } from './evaluated-batch.js'

/** How encoded records are told apart: `lines` have a line feed after each record, `raw` records follow each other directly. */
export type Framing = 'lines' | 'raw'

/** Encoded records. Valid until the transport's `send` has resolved. */
export interface Chunk {
  readonly bytes: Uint8Array
  /** Records in it. */
  readonly length: number
  /** `ends[i]` is the offset behind record i and its line feed, if it has one; record i begins where the record before it ends. */
  readonly ends: Uint32Array
  /** Absent: `lines`. */
  readonly framing?: Framing | undefined
  /** What the transport asked to know of each record; absent: nothing. */
  readonly meta?: ChunkMeta | undefined
}

/** Facts about the records of a chunk, in the order of the records. A member is absent if the transport did not ask for it. */
export interface ChunkMeta {
  /** Stable document ids: a record that is exported again has the same id. */
  readonly ids?: readonly (string | undefined)[]
  /** Partition keys; undefined where a record has none. */
  readonly keys?: readonly (string | undefined)[]
  /** Nanoseconds since 1970: when it happened, or when it was encoded if the record does not say. */
  readonly times?: BigInt64Array
  /** Topics, where a record has its own; undefined: the topic of the settings. */
  readonly topics?: readonly (string | undefined)[]
}

/** Record → bytes. Looked up by (channel type, format). Never fails on a record: what has no value is written as absent. */
export interface Encoder<B extends Batch> {
  readonly format: string
  /** Absent: `lines`. */
  readonly framing?: Framing
  /** Loads what it needs; called once, before the first `encode`. */
  open?(): Promise<void>
  /** Appends the encoded rows `from` (inclusive) to `to` (exclusive) of `batch` to `into`. */
  encode(batch: EvaluatedBatch<B>, from: number, to: number, into: ChunkWriter): void
  close?(): Promise<void>
}

/**
 * Where an encoder writes. `finishRecord` ends one record. With the framing `lines` it appends a line feed, and an encoded
 * record holds no other, unless the encoder is for people.
 */
export interface ChunkWriter {
  /** ASCII or other text; the encoder has escaped it already. */
  text(text: string): void
  bytes(bytes: Uint8Array): void
  /** A whole number within ±2^53, as decimal digits. */
  number(value: number): void
  /** A signed 64-bit whole number in halves, as decimal digits. */
  int64(high: number, low: number): void
  /** Nanoseconds of a second as decimals: a point and up to nine digits without trailing zeros; nothing for 0. */
  fractionalSeconds(nanos: number): void
  /** Five words of 32 bits as 40 lower-case hexadecimal digits, the lowest byte of each first. */
  hex(first: number, second: number, third: number, fourth: number, fifth: number): void
  finishRecord(): void
}

/**
 * What records with one partition key have in common: their `host`, their `container` (outside of any container the host), or
 * the attribute of that name.
 */
export type PartitionKey = 'host' | 'container' | (string & {})

/** Bounds of the chunks that a transport is sent; whichever is reached first. What is left out is as for every transport. */
export interface BatchPolicy {
  readonly records?: number
  readonly bytes?: number
  /** That the oldest record waits. */
  readonly milliseconds?: number
}

/** A record of a chunk that its target will never take. */
export interface RejectedRecord {
  /** Number of the record in the chunk. */
  readonly recordIndex: number
  /** In the target's words, shortened. */
  readonly reason: string
}

/** What became of a chunk whose records fared differently. Records named in neither list are safe at the target. */
export interface DeliveryResult {
  readonly rejected: readonly RejectedRecord[]
  /** Numbers of records that the target may take later, ascending; they are sent again, in a chunk of their own. */
  readonly retryable: readonly number[]
  /** Why these are to be sent again. */
  readonly reason?: string
}

/** Bytes → elsewhere. */
export interface Transport {
  readonly name: string
  /** Rejects if the target cannot be used: nothing starts then. Called once, before the first `send`. */
  open(): Promise<void>
  /** There will be records, or may be; what is only checked is opened and closed without it. Called once, before the first `send`. */
  begin?(): void
  /**
   * Resolves when every record of the chunk is safe at the target, or with what became of it. Rejects with a fault: temporary
   * (`isTemporary`), and the same chunk is sent again after a while; else the exporter gives up its records. Never called again
   * before the call before it has ended. Rejects soon after `abort` fires.
   */
  send(chunk: Chunk, abort: AbortSignal): Promise<DeliveryResult | undefined>
  /** No more will be sent: waits, for a while that is its own to choose, for what is under way still. Never rejects. */
  finish?(abort: AbortSignal): Promise<void>
  /** Resolves when all that was sent has left; safe to call twice. */
  close(): Promise<void>
  /** Resolves to nothing if the target can be reached, else to what is wrong. At most a few seconds. */
  check?(): Promise<string | undefined>
  /** Figures of its own for the summary and the metrics; plain JSON values. */
  report?(): Readonly<Record<string, unknown>>
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from './batch.js'
import type { EvaluatedBatch } from './evaluated-batch.js'

/** How encoded records are separated: `lines` have a line feed after each record, `raw` records follow each other directly. */
export type Framing = 'lines' | 'raw'

/** Encoded records. Valid until the transport's `send` has resolved. */
export interface Chunk {
  readonly bytes: Uint8Array
  /** Number of records. */
  readonly length: number
  /** `ends[i]` is the offset after record i, including its line feed if it has one. Record i starts where record i - 1 ends. */
  readonly ends: Uint32Array
  /** Default: `lines`. */
  readonly framing?: Framing | undefined
  /** The metadata that the transport requested for each record. Absent if it requested none. */
  readonly meta?: ChunkMeta | undefined
}

/** Metadata of the records of a chunk, in the order of the records. A member is absent if the transport did not request it. */
export interface ChunkMeta {
  /** Stable document ids: a record that is exported again has the same id. */
  readonly ids?: readonly (string | undefined)[]
  /** Partition keys; undefined for a record without one. */
  readonly keys?: readonly (string | undefined)[]
  /** Nanoseconds since 1970: the time of the event, or the time of encoding if the record has no time. */
  readonly times?: BigInt64Array
  /** Topics of records that have their own. Undefined: the topic from the options. */
  readonly topics?: readonly (string | undefined)[]
}

/**
 * Converts records to bytes. Selected by channel type and format. Never fails on a record: a missing value is written as absent.
 */
export interface Encoder<B extends Batch> {
  readonly format: string
  /** Default: `lines`. */
  readonly framing?: Framing
  /** Loads modules. Called once, before the first `encode`. */
  open?(): Promise<void>
  /** Appends the encoded rows `from` (inclusive) to `to` (exclusive) of `batch` to `into`. */
  encode(batch: EvaluatedBatch<B>, from: number, to: number, into: ChunkWriter): void
  close?(): Promise<void>
}

/**
 * The output of an encoder. `finishRecord` ends one record. With the framing `lines` it appends a line feed. An encoded record
 * contains no other line feed, unless the encoder is human-readable.
 */
export interface ChunkWriter {
  /** ASCII or other text, already escaped by the encoder. */
  text(text: string): void
  bytes(bytes: Uint8Array): void
  /** An integer within ±2^53, as decimal digits. */
  number(value: number): void
  /** A signed 64-bit integer in halves, as decimal digits. */
  int64(high: number, low: number): void
  /** Nanoseconds of a second as decimals: a point and up to nine digits without trailing zeros; nothing for 0. */
  fractionalSeconds(nanos: number): void
  /** Five 32-bit words as 40 lower-case hexadecimal digits, the lowest byte of each word first. */
  hex(first: number, second: number, third: number, fourth: number, fifth: number): void
  finishRecord(): void
}

/**
 * What records with one partition key have in common: the `host`, the `container` (the host for records outside of containers),
 * or the value of the attribute with that name.
 */
export type PartitionKey = 'host' | 'container' | (string & {})

/**
 * Limits of the chunks that a transport receives; the first limit that is reached applies. An omitted limit has the general
 * default.
 */
export interface BatchPolicy {
  readonly records?: number
  readonly bytes?: number
  /** Maximum waiting time of the oldest record. */
  readonly milliseconds?: number
}

/** A record of a chunk that its target permanently rejects. */
export interface RejectedRecord {
  /** Index of the record in the chunk. */
  readonly recordIndex: number
  /** The reason from the target, shortened. */
  readonly reason: string
}

/** The result of a chunk whose records had different results. Records in neither list are safe at the target. */
export interface DeliveryResult {
  readonly rejected: readonly RejectedRecord[]
  /** Indexes of records that the target may accept later, ascending. They are sent again, in a separate chunk. */
  readonly retryable: readonly number[]
  /** Why these records are sent again. */
  readonly reason?: string
}

/** Delivers bytes to a target. */
export interface Transport {
  readonly name: string
  /** Rejects if the target cannot be used; the pipeline then does not start. Called once, before the first `send`. */
  open(): Promise<void>
  /**
   * Announces that records may follow. A transport that is only checked is opened and closed without this call. Called once,
   * before the first `send`.
   */
  begin?(): void
  /**
   * Resolves to nothing when every record of the chunk is safe at the target, or else to the result of each record. Rejects with
   * a fault. If the fault is temporary (`isTemporary`), the exporter sends the same chunk again after a delay; else it drops the
   * records. Not called again before the previous call has ended. Rejects soon after `abort` fires.
   */
  send(chunk: Chunk, abort: AbortSignal): Promise<DeliveryResult | undefined>
  /** No more chunks follow. Waits for pending deliveries, up to a limit of the transport's choice. Never rejects. */
  finish?(abort: AbortSignal): Promise<void>
  /** Resolves when everything that was sent has been flushed. Safe to call twice. */
  close(): Promise<void>
  /** Resolves to nothing if the target can be reached, else to a description of the problem. Takes at most a few seconds. */
  check?(): Promise<string | undefined>
  /** Figures of the transport for the summary and the metrics; plain JSON values. */
  report?(): Readonly<Record<string, unknown>>
}

// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../contract/batch.js'
import { EvaluatedBatch, unevaluated } from '../contract/evaluated-batch.js'
import type { Encoder, Transport } from '../contract/exporter.js'
import { Ledger } from '../contract/ledger.js'
import type { Receiver, Sender, Stage } from '../contract/stage.js'
import { DeadlineError, withDeadline } from '../errors/with-deadline.js'
import type { ChunkBuffer } from './chunk-buffer.js'
import { Delivery, type DeliverySettings } from './delivery/delivery.js'
import { GuardedEncoder } from './guarded-encoder.js'
import type { MetaWriter } from './metadata/meta-writer.js'

export interface ExporterSettings extends DeliverySettings {
  /** Number of records that are buffered before they are sent; 0 and 1: each batch is sent at once. */
  readonly buffer: number
  /** Milliseconds after which buffered records are sent, whatever their number. */
  readonly flushAfter?: number | undefined
  /** The largest size of the buffered records in bytes. */
  readonly bufferBytes?: number | undefined
  /** Whether the exporter encodes records while it sends others. */
  readonly writesAhead?: boolean
}

/**
 * The last stage: an encoder and a transport. A batch is released when all its records are safe at the target, or counted as
 * dropped because the target rejected them.
 */
export class Exporter<B extends Batch> implements Stage {
  readonly ledger = new Ledger()
  readonly #encoder: GuardedEncoder<B>
  readonly #delivery: Delivery
  readonly #maxChunkRecords: number
  readonly #maxChunkBytes: number
  readonly #isBuffered: boolean
  readonly #flushAfter: number
  readonly #writesAhead: boolean
  /** The chunk that the encoder writes to. */
  #chunk: ChunkBuffer
  /** The chunk that is being sent, or an idle one. */
  #spareChunk: ChunkBuffer
  #sending: Promise<void> | undefined
  /** Batches that are encoded completely but not yet sent completely. */
  readonly #pendingBatches: EvaluatedBatch<B>[] = []
  #oldestRecordAt = 0

  constructor(
    encoder: Encoder<B>,
    transport: Transport,
    settings: ExporterSettings,
    fault: (fault: Error, lostData: boolean) => void,
    metaWriter?: MetaWriter<B>,
  ) {
    this.#encoder = new GuardedEncoder(encoder, this.ledger, fault, metaWriter)
    this.#delivery = new Delivery(transport, this.ledger, fault, settings)
    this.#isBuffered = settings.buffer > 1
    this.#maxChunkRecords = this.#isBuffered ? settings.buffer : DEFAULT_CHUNK_RECORDS
    this.#maxChunkBytes = this.#isBuffered ? (settings.bufferBytes ?? DEFAULT_BUFFER_BYTES) : DEFAULT_CHUNK_BYTES
    this.#flushAfter = settings.flushAfter ?? 1000
    this.#writesAhead = settings.writesAhead ?? true
    this.#chunk = this.#encoder.createChunk(this.#maxChunkBytes)
    this.#spareChunk = this.#encoder.createChunk(this.#maxChunkBytes)
  }

  async open(): Promise<void> {
    await this.#encoder.open?.()
    await this.#delivery.open()
  }

  async run(input: Receiver<Batch>, _output: Sender<Batch>, abort: AbortSignal): Promise<void> {
    const batches = input[Symbol.asyncIterator]()
    this.#delivery.begin()
    try {
      for (;;) {
        const next = batches.next()
        // `next` is awaited below, unless sending the buffered records fails first.
        next.catch(() => {})
        while (!(await this.#arrivesBeforeFlush(next))) await this.#send(abort)
        const result = await next
        if (result.done) break
        // The pipeline connects only channels of this encoder's type; some of them carry records without rule evaluation.
        const batch = result.value as EvaluatedBatch<B> | B
        await this.#addBatch(batch instanceof EvaluatedBatch ? batch : unevaluated(batch), abort)
      }
      await this.#send(abort)
      await this.#sending
      await this.#delivery.finish(abort)
    } finally {
      await this.#sending?.catch(() => {})
      this.#encoder.finish()
      this.#delivery.dropHeld()
      this.#releaseAll()
    }
  }

  check(): Promise<string | undefined> {
    return this.#delivery.check()
  }

  async close(): Promise<void> {
    try {
      await this.#encoder.close()
    } finally {
      await this.#delivery.close()
    }
  }

  report(): Readonly<Record<string, unknown>> {
    return this.#delivery.report(this.#encoder.format)
  }

  async #addBatch(batch: EvaluatedBatch<B>, abort: AbortSignal): Promise<void> {
    this.ledger.in += batch.length
    this.ledger.held += batch.length
    for (let from = 0; from < batch.length; ) {
      const chunk = this.#chunk
      if (chunk.length === 0) this.#oldestRecordAt = performance.now()
      const to = Math.min(batch.length, from + RECORDS_PER_ENCODE, from + this.#maxChunkRecords - chunk.length)
      this.#encoder.encode(batch, from, to, chunk)
      from = to
      if (from === batch.length) this.#pendingBatches.push(batch)
      if (chunk.length >= this.#maxChunkRecords || chunk.size >= this.#maxChunkBytes) await this.#send(abort)
    }
    if (batch.length === 0) this.#pendingBatches.push(batch)
    if (!this.#isBuffered || this.#chunk.length === 0) await this.#send(abort)
  }

  /** Sends the buffered records as soon as the chunk before them is safe. */
  async #send(abort: AbortSignal): Promise<void> {
    await this.#sending
    const chunk = this.#chunk
    if (chunk.length === 0) {
      this.#releaseAll()
      return
    }
    this.#chunk = this.#spareChunk
    this.#spareChunk = chunk
    this.#sending = this.#deliver(chunk, this.#pendingBatches.splice(0), abort)
    // A failure is thrown where the next chunk waits for this one.
    this.#sending.catch(() => {})
    if (!this.#writesAhead) await this.#sending
  }

  /** Sends one chunk and releases the batches that end in it. */
  async #deliver(chunk: ChunkBuffer, batches: readonly EvaluatedBatch<B>[], abort: AbortSignal): Promise<void> {
    try {
      await this.#delivery.send(chunk.chunk(), abort)
    } finally {
      for (const batch of batches) batch.release()
    }
    chunk.clear()
  }

  #releaseAll(): void {
    for (const batch of this.#pendingBatches.splice(0)) batch.release()
  }

  /** Returns false if the buffered records are due before the next batch arrives. */
  async #arrivesBeforeFlush(next: Promise<unknown>): Promise<boolean> {
    if (this.#chunk.length === 0) return true
    const left = this.#oldestRecordAt + this.#flushAfter - performance.now()
    if (left <= 0) return false
    try {
      await withDeadline(next, left)
      return true
    } catch (error) {
      if (error instanceof DeadlineError) return false
      throw error
    }
  }
}

const DEFAULT_CHUNK_RECORDS = 1024
const DEFAULT_CHUNK_BYTES = 256 * 1024
/** Limits memory: a large `buffer` of large records is sent in parts, whatever the settings say. */
const DEFAULT_BUFFER_BYTES = 1024 * 1024
/** Records between two checks of the chunk size; few, since a record may have a megabyte. */
const RECORDS_PER_ENCODE = 16

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { EvaluatedBatch } from '../contract/evaluated-batch.js'
import type { Encoder, Framing } from '../contract/exporter.js'
import type { Ledger } from '../contract/ledger.js'
import type { Fault } from '../errors/fault.js'
import { FaultLimiter } from '../errors/fault-limiter.js'
import { wrapPluginError } from '../errors/plugin-error.js'
import { withDeadline } from '../errors/with-deadline.js'
import { ChunkBuffer } from './chunk-buffer.js'
import type { MetaWriter } from './metadata/meta-writer.js'

/**
 * Isolates the faults of an encoder: a fault is reported under the name of the encoder and drops only the record that caused it.
 * The partial output of that record is removed.
 */
export class GuardedEncoder<B extends Batch> {
  readonly format: string
  readonly #framing: Framing | undefined
  readonly #encoder: Encoder<B>
  readonly #metaWriter: MetaWriter<B> | undefined
  readonly #ledger: Ledger
  readonly #faults: FaultLimiter

  /** `ledger`: counts records that cannot be written as dropped. `metaWriter`: absent if the transport needs no metadata. */
  constructor(encoder: Encoder<B>, ledger: Ledger, fault: (fault: Error, lostData: boolean) => void, metaWriter?: MetaWriter<B>) {
    this.format = encoder.format
    this.#framing = encoder.framing
    this.#metaWriter = metaWriter
    this.#encoder = encoder
    this.#ledger = ledger
    const plugin = { kind: 'encoder', name: encoder.format }
    this.#faults = new FaultLimiter(wrapped => fault(wrapped, true), { plugin })
  }

  /** A chunk that this encoder writes to. */
  createChunk(size: number): ChunkBuffer {
    return new ChunkBuffer(size, this.#framing, this.#metaWriter?.createBuffer())
  }

  async open(): Promise<void> {
    try {
      await this.#encoder.open?.()
    } catch (error) {
      throw this.#wrapError('open', error)
    }
  }

  /** Waits for a limited time: the transport must also be closed before the program exits. */
  async close(): Promise<void> {
    try {
      await withDeadline(this.#encoder.close?.(), CLOSE_TIMEOUT_SECONDS * 1000)
    } catch (error) {
      throw this.#wrapError('close', error)
    }
  }

  /** Like {@link Encoder.encode}, but writes whole records only, with their metadata; records that fail are left out. */
  encode(batch: EvaluatedBatch<B>, from: number, to: number, chunk: ChunkBuffer): void {
    const { length } = chunk
    let failure: unknown
    try {
      this.#encoder.encode(batch, from, to, chunk)
      const written = chunk.length - length
      if (written === to - from && chunk.isAtRecordEnd) {
        this.#metaWriter?.write(batch, from, to, chunk)
        return
      }
      failure = new Error(chunk.isAtRecordEnd ? `it wrote ${written} records for ${to - from}` : 'it did not finish a record')
    } catch (error) {
      failure = error
    }
    chunk.truncate(length)
    if (to - from > 1) for (let index = from; index < to; index++) this.encode(batch, index, index + 1, chunk)
    else this.#drop(failure)
  }

  /** Ends a run: reports the number of faults that were not reported one by one. */
  finish(): void {
    this.#faults.finish()
  }

  #drop(failure: unknown): void {
    this.#ledger.drop(`encoder "${this.format}" failed`)
    this.#ledger.held--
    this.#faults.add(() => this.#wrapError('encode', failure))
  }

  #wrapError(step: string, error: unknown): Fault {
    return wrapPluginError({ kind: 'encoder', name: this.format }, step, error)
  }
}

const CLOSE_TIMEOUT_SECONDS = 2

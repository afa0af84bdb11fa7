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
 * An encoder whose faults stay its own: they are told under its name, and cost no more than the record that it failed on. What
 * it had written of that one is taken back.
 */
export class GuardedEncoder<B extends Batch> {
  readonly format: string
  readonly #framing: Framing | undefined
  readonly #encoder: Encoder<B>
  readonly #metaWriter: MetaWriter<B> | undefined
  readonly #ledger: Ledger
  readonly #faults: FaultLimiter

  /** `ledger`: where records that cannot be written are dropped. `metaWriter`: absent if the transport asks for no metadata. */
  constructor(encoder: Encoder<B>, ledger: Ledger, fault: (fault: Error, lostData: boolean) => void, metaWriter?: MetaWriter<B>) {
    this.format = encoder.format
    this.#framing = encoder.framing
    this.#metaWriter = metaWriter
    this.#encoder = encoder
    this.#ledger = ledger
    const plugin = { kind: 'encoder', name: encoder.format }
    this.#faults = new FaultLimiter(wrapped => fault(wrapped, true), { plugin })
  }

  /** A chunk for what it writes. */
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

  /** Waits only so long: the transport has to be closed too before the program ends all the same. */
  async close(): Promise<void> {
    try {
      await withDeadline(this.#encoder.close?.(), CLOSE_TIMEOUT_SECONDS * 1000)
    } catch (error) {
      throw this.#wrapError('close', error)
    }
  }

  /** As {@link Encoder.encode}, onto a chunk of whole records, with their metadata; what cannot be written is not there. */
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

  /** Of one run: what was not told one by one. */
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

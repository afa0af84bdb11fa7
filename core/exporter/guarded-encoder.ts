// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { EvaluatedBatch } from '../contract/evaluated-batch.js'
import type { Encoder, Framing } from '../contract/exporter.js'
import type { Ledger } from '../contract/ledger.js'
import { Fault } from '../errors/fault.js'
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
  readonly #reportFault: (fault: Fault) => void
  #failures = 0

  /** `ledger`: where records that cannot be written are dropped. `metaWriter`: absent if the transport asks for no metadata. */
  constructor(encoder: Encoder<B>, ledger: Ledger, fault: (fault: Error, lostData: boolean) => void, metaWriter?: MetaWriter<B>) {
    this.format = encoder.format
    this.#framing = encoder.framing
    this.#metaWriter = metaWriter
    this.#encoder = encoder
    this.#ledger = ledger
    this.#reportFault = wrapped => fault(wrapped, true)
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
      await withDeadline(CLOSE_TIMEOUT_SECONDS, this.#encoder.close?.())
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
    const count = this.#failures - MAX_REPORTED_FAULTS
    this.#failures = 0
    const details = { kind: 'encoder', plugin: this.format, count, told: MAX_REPORTED_FAULTS }
    if (count > 0) this.#reportFault(new Fault('SFP_EXPORT_MORE_ENCODER_FAULTS', details))
  }

  #drop(failure: unknown): void {
    this.#ledger.drop(`encoder "${this.format}" failed`)
    this.#ledger.held--
    if (this.#failures++ < MAX_REPORTED_FAULTS) this.#reportFault(this.#wrapError('encode', failure))
  }

  #wrapError(step: string, error: unknown): Fault {
    return wrapPluginError({ kind: 'encoder', name: this.format }, step, error)
  }
}

/** An encoder that fails on every record must not fill the log. */
const MAX_REPORTED_FAULTS = 10
const CLOSE_TIMEOUT_SECONDS = 2

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { Encoder } from '../contract/exporter.js'
import type { Ledger } from '../contract/ledger.js'
import type { JudgedBatch } from '../contract/verdict.js'
import { Fault } from '../errors/fault.js'
import { inTime } from '../errors/in-time.js'
import { pluginFault } from '../errors/plugin-fault.js'
import type { PageBuffer } from './page.js'

/**
 * An encoder whose faults stay its own: they are told under its name, and cost no more than the record that it failed on. What
 * it had written of that one is taken back.
 */
export class ContainedEncoder<B extends Batch> {
  readonly format: string
  readonly #encoder: Encoder<B>
  readonly #ledger: Ledger
  readonly #tell: (fault: Fault) => void
  #failures = 0

  /** `ledger`: where records that cannot be written are dropped. */
  constructor(encoder: Encoder<B>, ledger: Ledger, fault: (fault: Error, lostData: boolean) => void) {
    this.format = encoder.format
    this.#encoder = encoder
    this.#ledger = ledger
    this.#tell = one => fault(one, true)
  }

  async open(): Promise<void> {
    try {
      await this.#encoder.open?.()
    } catch (error) {
      throw this.#fault('open', error)
    }
  }

  /** Waits only so long: the transport has to be closed too before the program ends all the same. */
  async close(): Promise<void> {
    try {
      await inTime(CLOSE_SECONDS, this.#encoder.close?.())
    } catch (error) {
      throw this.#fault('close', error)
    }
  }

  /** As {@link Encoder.encode}, onto a page of whole records; what cannot be written is not there. */
  encode(batch: JudgedBatch<B>, from: number, to: number, page: PageBuffer): void {
    const { length } = page
    let failure: unknown
    try {
      this.#encoder.encode(batch, from, to, page)
      const written = page.length - length
      if (written === to - from && page.isWhole) return
      failure = new Error(page.isWhole ? `it wrote ${written} records for ${to - from}` : 'it did not finish a record')
    } catch (error) {
      failure = error
    }
    page.takeBack(length)
    if (to - from > 1) for (let index = from; index < to; index++) this.encode(batch, index, index + 1, page)
    else this.#drop(failure)
  }

  /** Of one run: what was not told one by one. */
  finish(): void {
    const count = this.#failures - FAULTS_TOLD
    this.#failures = 0
    const details = { kind: 'encoder', plugin: this.format, count, told: FAULTS_TOLD }
    if (count > 0) this.#tell(new Fault('SFP_EXPORT_MORE_ENCODER_FAULTS', details))
  }

  #drop(failure: unknown): void {
    this.#ledger.drop(`encoder "${this.format}" failed`)
    this.#ledger.held--
    if (this.#failures++ < FAULTS_TOLD) this.#tell(this.#fault('encode', failure))
  }

  #fault(step: string, error: unknown): Fault {
    return pluginFault({ kind: 'encoder', name: this.format }, step, error)
  }
}

/** An encoder that fails on every record must not fill the log. */
const FAULTS_TOLD = 10
const CLOSE_SECONDS = 2

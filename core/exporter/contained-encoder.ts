// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { Encoder } from '../contract/exporter.js'
import type { Ledger } from '../contract/ledger.js'
import type { JudgedBatch } from '../contract/verdict.js'
import { pluginFault } from '../errors/plugin-fault.js'
import { FewFaults } from '../sysflow/few-faults.js'
import type { PageBuffer } from './page.js'

/**
 * An encoder whose faults stay its own: they are told under its name, and cost no more than the record that it failed on. What
 * it had written of that one is taken back.
 */
export class ContainedEncoder<B extends Batch> {
  readonly format: string
  readonly #encoder: Encoder<B>
  readonly #ledger: Ledger
  readonly #faults: FewFaults

  /** `ledger`: where records that cannot be written are dropped. */
  constructor(encoder: Encoder<B>, ledger: Ledger, fault: (fault: Error, lostData: boolean) => void) {
    this.format = encoder.format
    this.#encoder = encoder
    this.#ledger = ledger
    this.#faults = new FewFaults(one => fault(one, true))
  }

  async open(): Promise<void> {
    try {
      await this.#encoder.open?.()
    } catch (error) {
      throw this.#fault('open', error)
    }
  }

  async close(): Promise<void> {
    try {
      await this.#encoder.close?.()
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
    this.#faults.finish('')
  }

  #drop(failure: unknown): void {
    this.#ledger.drop(`encoder "${this.format}" failed`)
    this.#ledger.held--
    this.#faults.add(this.#fault('encode', failure))
  }

  #fault(step: string, error: unknown): ReturnType<typeof pluginFault> {
    return pluginFault({ kind: 'encoder', name: this.format }, step, error)
  }
}

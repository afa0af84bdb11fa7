// SPDX-License-Identifier: Apache-2.0

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AnyValue } from '../../contract/any-value.js'
import { type Batch, ListBatch } from '../../contract/batch.js'
import { EvaluatedBatch, type RuleMatches } from '../../contract/evaluated-batch.js'
import type { RecordAdapter } from '../../contract/record-adapter.js'
import { recordsIn } from '../../contract/record-view.js'
import type { Sender } from '../../contract/stage.js'

/** A sent record as a plain object: attribute name → value. */
export type SentRecord = Readonly<Record<string, unknown>>

/** Receives the output of a component: copies the records and releases each batch one turn later. */
export class CollectingSender implements Sender<Batch> {
  /** The objects of a {@link ListBatch}; other records as their attributes. */
  readonly records: SentRecord[] = []
  /** Rule matches of each record; null: no rule matched, or the record is not evaluated. */
  readonly matches: (RuleMatches | null)[] = []
  /** Records in each batch. */
  readonly batchSizes: number[] = []
  isClosed = false
  /** Calls of `send` made before the previous call had resolved. */
  unawaitedSends = 0
  /** Calls of `send` after `close`. */
  sendsAfterClose = 0
  /** Called with each batch before it is released. */
  onBatch: ((batch: Batch) => void) | undefined
  readonly #adapter: RecordAdapter<Batch> | undefined
  #isSending = false

  /** `adapter`: how the records of the channel are read; without one, only those of a {@link ListBatch} are copied. */
  constructor(adapter?: RecordAdapter<Batch>) {
    this.#adapter = adapter
  }

  async send(batch: Batch): Promise<void> {
    if (this.isClosed) {
      this.sendsAfterClose++
      throw new Error('send was called after close')
    }
    if (this.#isSending) this.unawaitedSends++
    this.#isSending = true
    this.batchSizes.push(batch.length)
    this.#collect(batch)
    this.onBatch?.(batch)
    await nextTurn()
    this.#isSending = false
    batch.release()
  }

  close(): void {
    this.isClosed = true
  }

  #collect(batch: Batch): void {
    if (batch instanceof ListBatch) this.records.push(...batch.records)
    else if (this.#adapter) for (const record of recordsIn(batch, this.#adapter)) this.records.push(toObject(record.snapshot()))
    else for (let row = 0; row < batch.length; row++) this.records.push({})
    const matches = batch instanceof EvaluatedBatch ? batch.matches : []
    for (let row = 0; row < batch.length; row++) this.matches.push(matches[row] ?? null)
  }
}

const toObject = (snapshot: ReadonlyMap<string, AnyValue>): SentRecord => Object.fromEntries(snapshot)

// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AnyValue } from '../../contract/any-value.js'
import { type Batch, ListBatch } from '../../contract/batch.js'
import { EvaluatedBatch, type RuleMatches } from '../../contract/evaluated-batch.js'
import type { Plugin } from '../../contract/plugin.js'
import { recordsIn } from '../../contract/record-view.js'
import type { Sender } from '../../contract/stage.js'
import { adapterFor } from './adapter-for.js'

/** A record that was sent, as a plain object: all that it says, by attribute. */
export type SentRecord = Readonly<Record<string, unknown>>

/** The other end of a component's output: it keeps what is sent, and releases each batch a turn later. */
export class Sink implements Sender<Batch> {
  /** What came in a {@link ListBatch}, as it is; else every attribute that a record has. */
  readonly records: SentRecord[] = []
  /** Of each record; null: no rule matched it, or nobody has judged it. */
  readonly matches: (RuleMatches | null)[] = []
  /** Records in each batch. */
  readonly batchSizes: number[] = []
  isClosed = false
  /** Calls of `send` that did not wait for the call before. */
  unawaitedSends = 0
  /** Calls of `send` after the end. */
  sendsAfterClose = 0
  /** Runs with each batch, before it is released. */
  onBatch: ((batch: Batch) => void) | undefined
  readonly #type: string | undefined
  readonly #plugin: Plugin | undefined
  #isSending = false

  /** `plugin`: the sources that come with it are known. */
  constructor(channelType?: string, plugin?: Plugin) {
    this.#type = channelType
    this.#plugin = plugin
  }

  async send(batch: Batch): Promise<void> {
    if (this.isClosed) {
      this.sendsAfterClose++
      throw new Error('a batch was sent after the sender had closed')
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
    const adapter = adapterFor(this.#type, this.#plugin)
    if (batch instanceof ListBatch) this.records.push(...batch.records)
    else if (adapter) for (const record of recordsIn(batch, adapter)) this.records.push(toObject(record.snapshot()))
    else for (let row = 0; row < batch.length; row++) this.records.push({})
    const matches = batch instanceof EvaluatedBatch ? batch.matches : []
    for (let row = 0; row < batch.length; row++) this.matches.push(matches[row] ?? null)
  }
}

const toObject = (snapshot: ReadonlyMap<string, AnyValue>): SentRecord => Object.fromEntries(snapshot)

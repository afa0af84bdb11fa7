// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AnyValue } from '../../contract/any-value.js'
import type { Batch } from '../../contract/batch.js'
import type { Sender } from '../../contract/channel.js'
import { ListBatch } from '../../contract/list-batch.js'
import type { Plugin } from '../../contract/plugin.js'
import { recordsIn } from '../../contract/record-view.js'
import { JudgedBatch, type Verdict } from '../../contract/verdict.js'
import { sourceOf } from './sources.js'

/** A record that was sent, as a plain object: all that it says, by attribute. */
export type SentRecord = Readonly<Record<string, unknown>>

/** The other end of a component's output: it keeps what is sent, and releases each batch a turn later. */
export class Sink implements Sender<Batch> {
  /** What came in a {@link ListBatch}, as it is; else every attribute that a record has. */
  readonly records: SentRecord[] = []
  /** Of each record; null: no rule matched it, or nobody has judged it. */
  readonly verdicts: (Verdict | null)[] = []
  /** Records in each batch. */
  readonly sizes: number[] = []
  isClosed = false
  /** Calls of `send` that did not wait for the call before. */
  impatient = 0
  /** Calls of `send` after the end. */
  late = 0
  /** Runs with each batch, before it is released. */
  onBatch: ((batch: Batch) => void) | undefined
  readonly #type: string | undefined
  readonly #plugin: Plugin | undefined
  #isBusy = false

  /** `plugin`: the sources that come with it are known. */
  constructor(channelType?: string, plugin?: Plugin) {
    this.#type = channelType
    this.#plugin = plugin
  }

  async send(batch: Batch): Promise<void> {
    if (this.isClosed) {
      this.late++
      throw new Error('a batch was sent after the sender had closed')
    }
    if (this.#isBusy) this.impatient++
    this.#isBusy = true
    this.sizes.push(batch.length)
    this.#keep(batch)
    this.onBatch?.(batch)
    await nextTurn()
    this.#isBusy = false
    batch.release()
  }

  close(): void {
    this.isClosed = true
  }

  #keep(batch: Batch): void {
    const source = sourceOf(this.#type, this.#plugin)
    if (batch instanceof ListBatch) this.records.push(...batch.records)
    else if (source) for (const record of recordsIn(batch, source)) this.records.push(plain(record.snapshot()))
    else for (let row = 0; row < batch.length; row++) this.records.push({})
    const verdicts = batch instanceof JudgedBatch ? batch.verdicts : []
    for (let row = 0; row < batch.length; row++) this.verdicts.push(verdicts[row] ?? null)
  }
}

const plain = (snapshot: ReadonlyMap<string, AnyValue>): SentRecord => Object.fromEntries(snapshot)

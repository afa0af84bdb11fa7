// SPDX-License-Identifier: Apache-2.0
import { type Batch, CountedBatch } from '../../core/contract/batch.js'
import type { Ledger } from '../../core/contract/ledger.js'
import type { Receiver, Sender } from '../../core/contract/stage.js'

/** A batch that a stage was given, in the life that it had then. */
interface HandedBatch {
  readonly batch: Batch
  readonly generation: number
}

export interface StageTrafficOptions {
  /** Several stages get the same batches, so holds that are left may be those of another. */
  readonly isInputShared: boolean
  readonly hasOutputs: boolean
}

/**
 * What goes in and out of one stage: how many records, and which batches it may still hold. After the stage has failed this
 * closes its ledger and releases what it has left.
 */
export class StageTraffic {
  /** Records, since the instance of the stage was made. */
  received = 0
  sent = 0
  /** Batches, over all instances. */
  batches = 0
  hasInputEnded = false
  readonly #options: StageTrafficOptions
  /** A read that a failed run has begun and not waited for: the next run gets its batch. */
  #pendingRead: Promise<IteratorResult<Batch, unknown>> | undefined
  #hasSentSince = false
  #run = 0
  #handed: HandedBatch[] = []
  /** What failed runs may still have held. */
  #uncertain: HandedBatch[] = []
  #pruneAt = PRUNE_AT

  constructor(options: StageTrafficOptions) {
    this.#options = options
  }

  /** The input as the stage sees it in its next run. The run before gets nothing more. */
  receiver(input: Receiver<Batch>): Receiver<Batch> {
    const run = ++this.#run
    const iterator = input[Symbol.asyncIterator]()
    const next = async (): Promise<IteratorResult<Batch, undefined>> => {
      this.#pendingRead ??= iterator.next()
      const result = await this.#pendingRead
      if (run !== this.#run) return END
      this.#pendingRead = undefined
      if (result.done) {
        this.hasInputEnded = true
        return END
      }
      this.#hand(result.value)
      return { done: false, value: result.value }
    }
    return { [Symbol.asyncIterator]: () => ({ next }) }
  }

  sender(output: Sender<Batch>): Sender<Batch> {
    const run = this.#run
    return {
      send: batch => {
        if (run !== this.#run) return Promise.reject(new Error('a batch was sent by a run that had failed'))
        this.sent += batch.length
        this.#hasSentSince = true
        if (this.#handed.at(-1)?.batch === batch) this.#handed.pop()
        return output.send(batch)
      },
      close: () => output.close(),
    }
  }

  /** The counts of the next instance start with `ledger`, which counts what this one has received and sent. */
  beginInstance(): void {
    this.received = 0
    this.sent = 0
  }

  /** The input begins anew: another trace for the same stage. */
  beginInput(): void {
    this.hasInputEnded = false
  }

  /**
   * After a failed run: records that the stage has neither sent on nor accounted for are dropped under `reason`. `previous`
   * counts what earlier instances received and sent.
   */
  settleLedger(ledger: Ledger, previous: { readonly in: number; readonly out: number }, reason: string): void {
    ledger.in = previous.in + this.received
    if (this.#options.hasOutputs) ledger.out = previous.out + this.sent
    ledger.held = 0
    const lost = ledger.difference
    if (lost > 0) ledger.drop(reason, lost)
    else if (this.#options.hasOutputs) ledger.created -= lost
    else ledger.out += lost
  }

  /**
   * After a failed run: releases the batch at hand if the stage still holds it. Where that is uncertain, because others may hold
   * it too or something made of it was sent, it is released when all stages have ended ({@link releaseUncertain}), and so are
   * older batches.
   */
  releaseAtHand(): void {
    const last = this.#handed.at(-1)
    if (last && !this.#hasSentSince && !this.#options.isInputShared) {
      this.#handed.pop()
      releaseHolds(last)
    }
    this.#hasSentSince = false
    this.#uncertain = [...this.#uncertain, ...this.#handed.splice(0)].filter(isHeld).slice(-MAX_HELD)
  }

  /**
   * All stages have ended, so no stage holds what failed runs had. A batch that was made of another one releases it; if that
   * one was released here first, its second release fails and changes nothing, since no batch gets another life now.
   */
  releaseUncertain(): void {
    for (const handed of this.#uncertain.splice(0)) {
      try {
        releaseHolds(handed)
      } catch {
        // Released already.
      }
    }
  }

  #hand(batch: Batch): void {
    this.received += batch.length
    this.batches++
    this.#hasSentSince = false
    this.#handed.push({ batch, generation: batch instanceof CountedBatch ? batch.generation : 0 })
    if (this.#handed.length < this.#pruneAt) return
    this.#handed = this.#handed.filter(isHeld).slice(-MAX_HELD)
    this.#pruneAt = PRUNE_AT + this.#handed.length
  }
}

/** A batch of another make does not show which stage holds it: it is never released for a stage. */
const isHeld = ({ batch, generation }: HandedBatch): boolean =>
  batch instanceof CountedBatch && batch.holds > 0 && batch.generation === generation

function releaseHolds(handed: HandedBatch): void {
  while (isHeld(handed)) handed.batch.release()
}

const END = { done: true, value: undefined } as const
/** Batches that are noted before those are forgotten that were released. */
const PRUNE_AT = 8
/** A stage that fails at every batch must not keep all of them in memory. What is forgotten is never acknowledged. */
const MAX_HELD = 64

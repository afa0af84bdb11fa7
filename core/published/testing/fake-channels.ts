// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../contract/batch.js'
import type { Receiver, Sender } from '../../contract/stage.js'

/** Batches as a stage receives them. */
export async function* batchStream(batches: Iterable<Batch>): AsyncGenerator<Batch, void, undefined> {
  yield* batches
}

/** A channel that delivers these batches and does not end: when it is empty, it waits until `abort` fires and rejects. */
export function endlessReceiver(batches: readonly Batch[], abort: AbortSignal): Receiver<Batch> {
  const remaining = [...batches]
  const next = (): Promise<IteratorResult<Batch, undefined>> => {
    const batch = remaining.shift()
    if (abort.aborted) return Promise.reject(abort.reason)
    return batch ? Promise.resolve({ done: false, value: batch }) : rejectOnAbort(abort)
  }
  return { [Symbol.asyncIterator]: () => ({ next }) }
}

/** A channel that is full until `abort` fires. */
export const fullSender = (abort: AbortSignal): Sender<Batch> => ({ send: () => rejectOnAbort(abort), close() {} })

/** Releases every batch; rejects once `abort` has fired. */
export const discardingSender = (abort: AbortSignal): Sender<Batch> => ({
  async send(batch) {
    await nextTurn()
    batch.release()
    abort.throwIfAborted()
  },
  close() {},
})

const rejectOnAbort = (abort: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (abort.aborted) reject(abort.reason)
    else abort.addEventListener('abort', () => reject(abort.reason), { once: true })
  })

/** Waits long enough for all work that does not depend on I/O. */
export async function waitTurns(count = 50): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn()
}

const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

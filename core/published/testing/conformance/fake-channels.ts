// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { Receiver, Sender } from '../../../contract/stage.js'

/** Batches, and then no end: as a channel that waits for more, it rejects when it is aborted. */
export function endlessReceiver(batches: readonly Batch[], abort: AbortSignal): Receiver<Batch> {
  const remaining = [...batches]
  const next = (): Promise<IteratorResult<Batch, undefined>> => {
    const batch = remaining.shift()
    if (abort.aborted) return Promise.reject(abort.reason)
    return batch ? Promise.resolve({ done: false, value: batch }) : rejectOnAbort(abort)
  }
  return { [Symbol.asyncIterator]: () => ({ next }) }
}

/** A channel that is full and stays so until it is aborted. */
export const fullSender = (abort: AbortSignal): Sender<Batch> => ({ send: () => rejectOnAbort(abort), close() {} })

/** Takes everything until it is aborted. */
export const discardingSender = (abort: AbortSignal): Sender<Batch> => ({
  async send(batch) {
    await nextTurn()
    batch.release()
    abort.throwIfAborted()
  },
  close() {},
})

export const rejectOnAbort = (abort: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (abort.aborted) reject(abort.reason)
    else abort.addEventListener('abort', () => reject(abort.reason), { once: true })
  })

/** Long enough for what does not wait for the outside. */
export async function waitTurns(count = 50): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn()
}

const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

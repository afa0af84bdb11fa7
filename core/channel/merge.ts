// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { Receiver } from '../contract/stage.js'

/**
 * Combines several receivers into one: batches in order of arrival; it ends when all have ended. It reads at most one batch ahead
 * from each receiver.
 */
export function merge<B extends Batch>(receivers: readonly Receiver<B>[]): Receiver<B> {
  const [only] = receivers
  return only && receivers.length === 1 ? only : interleave(receivers)
}

/** Not a generator: after a reader breaks out of its loop, the remaining batches can still be received. */
function interleave<B extends Batch>(receivers: readonly Receiver<B>[]): Receiver<B> {
  const pendingReads = new Map<BatchIterator<B>, Promise<MergedRead<B>>>()
  const requestNext = (iterator: BatchIterator<B>): void => {
    pendingReads.set(
      iterator,
      iterator.next().then(result => ({ iterator, result })),
    )
  }
  let isStarted = false
  const next = async (): Promise<IteratorResult<B, undefined>> => {
    if (!isStarted) for (const receiver of receivers) requestNext(receiver[Symbol.asyncIterator]())
    isStarted = true
    while (pendingReads.size > 0) {
      const { iterator, result } = await Promise.race(pendingReads.values())
      pendingReads.delete(iterator)
      if (result.done) continue
      // Requested last: an input that always has a batch ready must not starve the others.
      requestNext(iterator)
      return { done: false, value: result.value }
    }
    // The channels of the receivers can be reopened.
    isStarted = false
    return { done: true, value: undefined }
  }
  return { [Symbol.asyncIterator]: () => ({ next }) }
}

type BatchIterator<B> = AsyncIterator<B, unknown>

interface MergedRead<B> {
  readonly iterator: BatchIterator<B>
  readonly result: IteratorResult<B, unknown>
}

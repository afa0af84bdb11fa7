// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { Receiver } from '../contract/stage.js'

/** One receiver for several: batches in order of arrival, the end when all have ended. Takes at most one batch ahead of each. */
export function merge<B extends Batch>(receivers: readonly Receiver<B>[]): Receiver<B> {
  const [only] = receivers
  return only && receivers.length === 1 ? only : interleave(receivers)
}

/** Not a generator: what is left can still be received after a reader has broken off. */
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
      // Asked last: an input that always has something ready must not starve the others.
      requestNext(iterator)
      return { done: false, value: result.value }
    }
    // Its channels may be opened again.
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

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { Receiver } from '../contract/channel.js'

/** One receiver for several: batches in order of arrival, the end when all have ended. Takes at most one batch ahead of each. */
export function merge<B extends Batch>(receivers: readonly Receiver<B>[]): Receiver<B> {
  const [only] = receivers
  return only && receivers.length === 1 ? only : interleave(receivers)
}

/** Not a generator: what is left can still be received after a reader has broken off. */
function interleave<B extends Batch>(receivers: readonly Receiver<B>[]): Receiver<B> {
  const questions = new Map<Inbox<B>, Promise<Answer<B>>>()
  const ask = (inbox: Inbox<B>): void => {
    questions.set(
      inbox,
      inbox.next().then(result => ({ inbox, result })),
    )
  }
  let isStarted = false
  const next = async (): Promise<IteratorResult<B, undefined>> => {
    if (!isStarted) for (const receiver of receivers) ask(receiver[Symbol.asyncIterator]())
    isStarted = true
    while (questions.size > 0) {
      const { inbox, result } = await Promise.race(questions.values())
      questions.delete(inbox)
      if (result.done) continue
      // Asked last: an input that always has something ready must not starve the others.
      ask(inbox)
      return { done: false, value: result.value }
    }
    // Its channels may be opened again.
    isStarted = false
    return { done: true, value: undefined }
  }
  return { [Symbol.asyncIterator]: () => ({ next }) }
}

type Inbox<B> = AsyncIterator<B, unknown>

interface Answer<B> {
  readonly inbox: Inbox<B>
  readonly result: IteratorResult<B, unknown>
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { Receiver } from '../contract/channel.js'

/** One receiver for several: batches in order of arrival, the end when all have ended. Takes at most one batch ahead of each. */
export function merge<B extends Batch>(receivers: readonly Receiver<B>[]): Receiver<B> {
  const [only] = receivers
  return only && receivers.length === 1 ? only : interleave(receivers)
}

async function* interleave<B extends Batch>(receivers: readonly Receiver<B>[]): AsyncGenerator<B, undefined> {
  const ask = async (inbox: Inbox<B>): Promise<Answer<B>> => ({ inbox, result: await inbox.next() })
  const inboxes = receivers.map(receiver => receiver[Symbol.asyncIterator]())
  const questions = new Map(inboxes.map(inbox => [inbox, ask(inbox)]))
  while (questions.size > 0) {
    const { inbox, result } = await Promise.race(questions.values())
    // Asked last: an inbox that always has something ready must not starve the others.
    questions.delete(inbox)
    if (result.done) continue
    questions.set(inbox, ask(inbox))
    yield result.value
  }
  return undefined
}

type Inbox<B> = AsyncIterator<B, unknown>

interface Answer<B> {
  readonly inbox: Inbox<B>
  readonly result: IteratorResult<B, unknown>
}

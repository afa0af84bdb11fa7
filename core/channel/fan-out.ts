// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { Sender } from '../contract/stage.js'

/**
 * Combines several senders into one: each receives every batch. The slowest one sets the pace. Without senders, batches are
 * released.
 */
export function fanOut<B extends Batch>(senders: readonly Sender<B>[]): Sender<B> {
  const [only] = senders
  if (only && senders.length === 1) return only
  return {
    async send(batch) {
      if (senders.length === 0) return batch.release()
      batch.retain(senders.length - 1)
      await Promise.all(senders.map(sender => sender.send(batch)))
    },
    close() {
      for (const sender of senders) sender.close()
    },
  }
}

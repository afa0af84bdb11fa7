// SPDX-License-Identifier: Apache-2.0
import type { Batch } from './batch.js'

/** The end of a channel that a stage writes to. */
export interface Sender<B extends Batch> {
  /** Passes the caller's hold on `batch` to the receivers. Resolves when there is room for more; rejects when aborted. */
  send(batch: B): Promise<void>
  /** The last word of this sender; a channel ends when its last sender has closed. Safe to call twice. */
  close(): void
}

/** The end of a channel that a stage reads from: batches in the order they were sent. The reader releases each. */
export type Receiver<B extends Batch> = AsyncIterable<B>

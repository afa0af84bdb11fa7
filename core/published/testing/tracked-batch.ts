// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'

/** What became of a batch that was handed to a component. */
export class TrackedBatch<B extends Batch = Batch> {
  readonly batch: B
  /** Holds on it: 0 once it has been released for the last time. */
  references = 1
  /** Releases after the last. */
  extraReleases = 0

  /** Looks on from now on; whoever calls holds the batch once. */
  constructor(batch: B) {
    this.batch = batch
    const retain = batch.retain.bind(batch)
    const release = batch.release.bind(batch)
    batch.retain = (times = 1) => {
      this.references += times
      retain(times)
    }
    batch.release = () => {
      if (this.references === 0) {
        this.extraReleases++
        throw new Error('a batch was released more often than it was retained')
      }
      this.references--
      release()
    }
  }
}

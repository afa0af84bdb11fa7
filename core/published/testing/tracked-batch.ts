// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'

/** Counts the references of a batch that a component was given. */
export class TrackedBatch<B extends Batch = Batch> {
  readonly batch: B
  /** References to the batch: 0 after the last release. */
  references = 1
  /** Calls of `release` without a reference. */
  extraReleases = 0

  /** The caller holds one reference. */
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

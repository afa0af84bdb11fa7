// SPDX-License-Identifier: Apache-2.0
import { CountedBatch } from '../contract/batch.js'
import type { Page } from '../contract/exporter.js'

/** Records that were encoded elsewhere. */
export class EncodedPage extends CountedBatch implements Page {
  readonly length: number
  readonly weight: number
  readonly #done: () => void

  /** `done`: told when the page is safe, or its records are counted as dropped. */
  constructor(
    readonly bytes: Uint8Array,
    readonly ends: Uint32Array,
    done: () => void,
  ) {
    super()
    this.length = ends.length
    this.weight = bytes.length
    this.#done = done
  }

  protected override recycle(): void {
    this.#done()
  }
}

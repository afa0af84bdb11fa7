// SPDX-License-Identifier: Apache-2.0
import type { Page, Transport } from '../../core/contract/exporter.js'
import type { PageNews } from './messages.js'

/**
 * Bytes of pages that a worker may have sent that are not written yet. It can go on with its trace that far while the main
 * thread writes an earlier one.
 */
export const MOST_UNWRITTEN = 16 * 1024 * 1024

/** The way of a worker's pages to the main thread, for all its exporters. */
export class Relay {
  readonly #post: (news: PageNews, memory: ArrayBuffer[]) => void
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #unwritten = 0

  /** `post`: sends news and gives away the memory they stand in. */
  constructor(post: (news: PageNews, memory: ArrayBuffer[]) => void, most = MOST_UNWRITTEN) {
    this.#post = post
    this.#most = most
  }

  /**
   * The target of one exporter, as far as its worker can see. The main thread answers for a page from `send` on: it writes
   * it or counts it as not written; `send` resolves when there is room for another.
   */
  transport(stage: string): Transport {
    return {
      name: 'relay',
      open: async () => {},
      send: page => this.#send(stage, page),
      close: async () => {},
    }
  }

  /** The main thread has done with pages. */
  written(bytes: number): void {
    this.#unwritten -= bytes
    if (this.#unwritten < this.#most) for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #send(stage: string, page: Page): Promise<void> {
    this.#unwritten += page.bytes.length
    // Copies: the exporter uses its page again.
    const [bytes, ends] = [new Uint8Array(page.bytes), new Uint32Array(page.ends)]
    this.#post({ kind: 'page', stage, bytes, ends }, [bytes.buffer, ends.buffer])
    if (this.#unwritten < this.#most) return Promise.resolve()
    return new Promise(resolve => this.#waiting.push(resolve))
  }
}

// SPDX-License-Identifier: Apache-2.0

/** The messages for one partition, in order, for one reader, which may read them much later. */
export class Inbox<T> implements AsyncIterable<T> {
  readonly #items: T[] = []
  #state: { readonly kind: 'open' | 'ended' } | { readonly kind: 'failed'; readonly error: unknown } = { kind: 'open' }
  #wake: (() => void) | undefined

  put(item: T): void {
    this.#items.push(item)
    this.#changed()
  }

  end(): void {
    if (this.#state.kind === 'open') this.#state = { kind: 'ended' }
    this.#changed()
  }

  /** The reader gets `error` after the earlier messages. */
  fail(error: unknown): void {
    if (this.#state.kind === 'open') this.#state = { kind: 'failed', error }
    this.#changed()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      // The array is emptied at once: taking single items from the front of a long array is slow.
      yield* this.#items.splice(0)
      if (this.#items.length > 0) continue
      if (this.#state.kind === 'failed') throw this.#state.error
      if (this.#state.kind === 'ended') return
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  #changed(): void {
    this.#wake?.()
    this.#wake = undefined
  }
}

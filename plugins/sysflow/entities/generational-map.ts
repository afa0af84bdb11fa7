// SPDX-License-Identifier: Apache-2.0

/**
 * A map of bounded size that evicts entries which are not used. When it has `capacity` entries, it becomes the old generation
 * and a new map is started; entries that are looked up move to the new map. When the new map is full too, the rest of the old
 * generation is evicted.
 */
export class GenerationalMap<V> {
  readonly #capacity: number
  #young = new Map<string, V>()
  #old = new Map<string, V>()
  evicted = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key)
    if (young !== undefined || this.#old.size === 0) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: string, value: V): void {
    this.#old.delete(key)
    if (this.#young.size >= this.#capacity && !this.#young.has(key)) {
      this.evicted += this.#old.size
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
  }
}

// SPDX-License-Identifier: Apache-2.0

/**
 * What was made for the keys seen last, in two generations of bounded size: enough that the files of this trace find what
 * was made for their namesakes of the trace before, and never more than some thousands.
 */
export class Recent<V> {
  #young = new Map<string, V>()
  #old = new Map<string, V>()

  /** `isFit`: whether what is remembered may be used; a key need not tell everything. */
  of(key: string, make: () => V, isFit: (value: V) => boolean = () => true): V {
    const young = this.#young.get(key)
    if (young !== undefined && isFit(young)) return young
    const old = young === undefined ? this.#old.get(key) : undefined
    const value = old !== undefined && isFit(old) ? old : make()
    // A key of a megabyte is legal, but not worth keeping.
    if (key.length > LONGEST_KEY) return value
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
    return value
  }
}

const GENERATION = 8192
const LONGEST_KEY = 512

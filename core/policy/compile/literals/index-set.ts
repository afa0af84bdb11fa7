// SPDX-License-Identifier: Apache-2.0

/** A set of numbers below `count`, in the order of insertion. */
export class IndexSet {
  readonly list: Int32Array
  length = 0
  readonly #stamps: Int32Array
  #stamp = 1

  constructor(count: number) {
    this.list = new Int32Array(count)
    this.#stamps = new Int32Array(count)
  }

  /** The cost is independent of the number of members. */
  clear(): void {
    this.length = 0
    if (++this.#stamp <= MAX_STAMP) return
    this.#stamps.fill(0)
    this.#stamp = 1
  }

  has(number: number): boolean {
    return this.#stamps[number] === this.#stamp
  }

  add(number: number): void {
    if (this.#stamps[number] === this.#stamp) return
    this.#stamps[number] = this.#stamp
    this.list[this.length++] = number
  }

  /** Sorts the members in ascending order; there are few. */
  sort(): void {
    const { list, length } = this
    if (length > MAX_INSERTION_SORT) {
      list.subarray(0, length).sort()
      return
    }
    for (let end = 1; end < length; end++) {
      const number = list[end]!
      let target = end
      for (; target > 0 && list[target - 1]! > number; target--) list[target] = list[target - 1]!
      list[target] = number
    }
  }
}

const MAX_STAMP = 0x7fff_fffe
const MAX_INSERTION_SORT = 24

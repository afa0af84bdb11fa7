// SPDX-License-Identifier: Apache-2.0

/** Which of the numbers below `count` have been met since the last clearing, in the order in which they were met. */
export class Marks {
  readonly list: Int32Array
  length = 0
  readonly #stamps: Int32Array
  #stamp = 1

  constructor(count: number) {
    this.list = new Int32Array(count)
    this.#stamps = new Int32Array(count)
  }

  /** Clearing costs the same however many are marked. */
  clear(): void {
    this.length = 0
    if (++this.#stamp <= LARGEST_STAMP) return
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

  /** Puts what is marked in ascending order; there are few. */
  sort(): void {
    const { list, length } = this
    if (length > MANY) {
      list.subarray(0, length).sort()
      return
    }
    for (let end = 1; end < length; end++) {
      const number = list[end]!
      let place = end
      for (; place > 0 && list[place - 1]! > number; place--) list[place] = list[place - 1]!
      list[place] = number
    }
  }
}

const LARGEST_STAMP = 0x7fff_fffe
const MANY = 24

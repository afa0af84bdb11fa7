// SPDX-License-Identifier: Apache-2.0
import type { Sought } from './gram-table.js'
import type { Marks } from './marks.js'

interface Branch {
  readonly next: Map<number, Branch>
  readonly numbers: number[]
}

/** Finds which of many texts another begins with or, if `fromEnd`, ends with: it is followed until no text goes on like it. */
export class AffixTree {
  readonly #root: Branch = { next: new Map(), numbers: [] }
  readonly #fromEnd: boolean

  constructor(entries: readonly Sought[], fromEnd: boolean) {
    this.#fromEnd = fromEnd
    for (const entry of entries) this.#add(entry)
  }

  search(text: string, found: Marks): void {
    const { length } = text
    let branch: Branch | undefined = this.#root
    for (let step = 0; step < length; step++) {
      branch = branch.next.get(text.charCodeAt(this.#fromEnd ? length - 1 - step : step))
      if (branch === undefined) return
      for (const number of branch.numbers) found.add(number)
    }
  }

  #add({ text, number }: Sought): void {
    const { length } = text
    let branch = this.#root
    for (let step = 0; step < length; step++) {
      const code = text.charCodeAt(this.#fromEnd ? length - 1 - step : step)
      let next = branch.next.get(code)
      if (next === undefined) {
        next = { next: new Map(), numbers: [] }
        branch.next.set(code, next)
      }
      branch = next
    }
    branch.numbers.push(number)
  }
}

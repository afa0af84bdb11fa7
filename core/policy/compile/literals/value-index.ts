// SPDX-License-Identifier: Apache-2.0
import { type AnyValue, kindOfAny } from '../../../contract/any-value.js'
import { booleanIn, integerIn, numberIn } from '../criteria/any-predicate.js'
import type { SearchLiteral } from './gram-table.js'
import type { IndexSet } from './index-set.js'
import type { TextIndex } from './text-index.js'

/**
 * Searches values of any kind for literals. It finds at least every literal for which a comparison of the value may hold: it
 * searches texts, texts in lists and the text that bytes encode, and looks up a number or a boolean among the literals equal to
 * it. A superfluous result costs a test; a missing result would be a wrong answer.
 */
export class ValueIndex {
  readonly #texts: TextIndex
  readonly #isFolded: boolean
  readonly #integers = new Map<bigint, number[]>()
  readonly #numbers = new Map<number, number[]>()
  readonly #booleans = new Map<boolean, number[]>()

  /** `whole`: the literals that are compared with the whole value. */
  constructor(texts: TextIndex, isFolded: boolean, whole: readonly SearchLiteral[]) {
    this.#texts = texts
    this.#isFolded = isFolded
    for (const { text, number } of whole) {
      for (const integer of integerIn(text)) addTo(this.#integers, integer, number)
      for (const float of numberIn(text)) addTo(this.#numbers, float, number)
      addTo(this.#booleans, booleanIn(text), number)
    }
  }

  search(value: AnyValue, found: IndexSet): void {
    const kind = kindOfAny(value)
    switch (kind) {
      case 'text':
        this.#searchText(value as string, found)
        break
      case 'whole':
        addAll(this.#integers.get(value as bigint), found)
        break
      case 'number':
        addAll(this.#numbers.get(value as number), found)
        break
      case 'boolean':
        addAll(this.#booleans.get(value as boolean), found)
        break
      case 'bytes':
        this.#searchText(Buffer.from(value as Uint8Array).toString('utf8'), found)
        break
      case 'list':
        for (const element of value as readonly AnyValue[]) if (typeof element === 'string') this.#searchText(element, found)
        break
      case 'keyed':
      case 'nothing':
        break
      default:
        kind satisfies never
    }
  }

  #searchText(text: string, found: IndexSet): void {
    this.#texts.search(this.#isFolded ? text.toLowerCase() : text, found)
  }
}

function addTo<V>(numbers: Map<V, number[]>, value: V, number: number): void {
  const known = numbers.get(value)
  if (known) known.push(number)
  else numbers.set(value, [number])
}

function addAll(numbers: readonly number[] | undefined, found: IndexSet): void {
  if (numbers) for (const number of numbers) found.add(number)
}

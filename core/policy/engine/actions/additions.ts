// SPDX-License-Identifier: Apache-2.0
import type { FieldValue, Verdict } from '../../../contract/verdict.js'

/** Tags, and fields, that actions may add to one record; a record is sent as a whole, so what grows it has bounds. */
export const MOST_ADDITIONS = 64
/** UTF-16 units of a tag, or of the text of a field. */
export const LONGEST_TEXT = 4096
/** UTF-16 units of the name of a field. */
export const LONGEST_NAME = 256

/** What actions add to the record that they are run on. */
export class Additions {
  #tags: string[] = []
  #fields: Map<string, FieldValue> | undefined

  /** False: it was cut or left out, to keep within the bounds. Throws a TypeError or RangeError for what is no tag. */
  tag(tag: unknown): boolean {
    if (typeof tag !== 'string' || tag === '') throw new TypeError('a tag is a text, and not an empty one')
    if (this.#tags.length === MOST_ADDITIONS) return false
    const kept = shortened(tag)
    this.#tags.push(kept)
    return kept === tag
  }

  /** As {@link tag}. */
  field(name: unknown, value: unknown): boolean {
    if (typeof name !== 'string' || name === '') throw new TypeError('the name of a field is a text, and not an empty one')
    if (name.length > LONGEST_NAME) throw new RangeError(`the name of a field has at most ${LONGEST_NAME} characters`)
    assertValue(name, value)
    this.#fields ??= new Map()
    if (this.#fields.size === MOST_ADDITIONS && !this.#fields.has(name)) return false
    const kept = typeof value === 'string' ? shortened(value) : value
    this.#fields.set(name, kept)
    return kept === value
  }

  /** What there is by now, for {@link back}. */
  mark(): Mark {
    return { tags: this.#tags.length, fields: this.#fields && new Map(this.#fields) }
  }

  /** Forgets what was added since. */
  back({ tags, fields }: Mark): void {
    this.#tags.length = tags
    this.#fields = fields
  }

  /** The verdict with what was added, which is forgotten here; undefined: nothing was. */
  take({ rules }: Verdict): Verdict | undefined {
    const fields = this.#fields
    if (this.#tags.length === 0 && fields === undefined) return undefined
    const contextTags = this.#tags
    this.#tags = []
    this.#fields = undefined
    return fields === undefined ? { rules, contextTags } : { rules, contextTags, fields }
  }
}

/** What had been added at some time. */
export interface Mark {
  readonly tags: number
  readonly fields: Map<string, FieldValue> | undefined
}

function assertValue(name: string, value: unknown): asserts value is FieldValue {
  const isValue =
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value)) ||
    (typeof value === 'bigint' && value >= LEAST && value <= GREATEST)
  if (!isValue) throw new TypeError(`the field "${name}" is no text, finite number, whole number of 64 bits, true or false`)
}

/** Signed and unsigned. */
const LEAST = -(2n ** 63n)
const GREATEST = 2n ** 64n - 1n

const shortened = (text: string): string => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text)

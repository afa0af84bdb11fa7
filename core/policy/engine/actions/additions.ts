// SPDX-License-Identifier: Apache-2.0
import type { ActionFieldValue, RuleMatches } from '../../../contract/evaluated-batch.js'

/**
 * Maximum number of tags, and of fields, that actions may add to one record. A record is sent as a whole, so its growth is
 * limited.
 */
export const MAX_ADDITIONS = 64
/** In UTF-16 units: maximum length of a tag, or of the text of a field. */
export const MAX_ADDED_TEXT_LENGTH = 4096
/** In UTF-16 units: maximum length of the name of a field. */
export const MAX_FIELD_NAME_LENGTH = 256

/** The tags and fields that actions add to one record. */
export class Additions {
  #tags: string[] = []
  #fields: Map<string, ActionFieldValue> | undefined

  /** False: the tag was cut or omitted because of the limits. Throws a TypeError or RangeError for an invalid tag. */
  tag(tag: unknown): boolean {
    if (typeof tag !== 'string' || tag === '') throw new TypeError('a tag must be a non-empty string')
    if (this.#tags.length === MAX_ADDITIONS) return false
    const stored = truncate(tag)
    this.#tags.push(stored)
    return stored === tag
  }

  /** See {@link tag}. */
  field(name: unknown, value: unknown): boolean {
    if (typeof name !== 'string' || name === '') throw new TypeError('a field name must be a non-empty string')
    if (name.length > MAX_FIELD_NAME_LENGTH) throw new RangeError(`a field name has at most ${MAX_FIELD_NAME_LENGTH} characters`)
    assertFieldValue(name, value)
    this.#fields ??= new Map()
    if (this.#fields.size === MAX_ADDITIONS && !this.#fields.has(name)) return false
    const stored = typeof value === 'string' ? truncate(value) : value
    this.#fields.set(name, stored)
    return stored === value
  }

  /** The current state, for {@link restore}. */
  snapshot(): AdditionsSnapshot {
    return { tags: this.#tags.length, fields: this.#fields && new Map(this.#fields) }
  }

  /** Removes what was added since the snapshot. */
  restore({ tags, fields }: AdditionsSnapshot): void {
    this.#tags.length = tags
    this.#fields = fields
  }

  /** The rule matches with the additions, which are then cleared; undefined if there are no additions. */
  mergeInto({ rules }: RuleMatches): RuleMatches | undefined {
    const fields = this.#fields
    if (this.#tags.length === 0 && fields === undefined) return undefined
    const contextTags = this.#tags
    this.#tags = []
    this.#fields = undefined
    return fields === undefined ? { rules, contextTags } : { rules, contextTags, fields }
  }
}

/** A state of the additions. */
export interface AdditionsSnapshot {
  readonly tags: number
  readonly fields: Map<string, ActionFieldValue> | undefined
}

function assertFieldValue(name: string, value: unknown): asserts value is ActionFieldValue {
  const isValue =
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value)) ||
    (typeof value === 'bigint' && value >= MIN_INTEGER && value <= MAX_INTEGER)
  if (!isValue) throw new TypeError(`the field "${name}" must be a string, a finite number, a 64-bit integer, true or false`)
}

/** The smallest signed and the largest unsigned 64-bit integer. */
const MIN_INTEGER = -(2n ** 63n)
const MAX_INTEGER = 2n ** 64n - 1n

const truncate = (text: string): string =>
  text.length > MAX_ADDED_TEXT_LENGTH ? `${text.slice(0, MAX_ADDED_TEXT_LENGTH - 1)}…` : text

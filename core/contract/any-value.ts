// SPDX-License-Identifier: Apache-2.0

/**
 * A value whose kind differs from record to record: a text, a boolean, a 64-bit integer (bigint), another number, bytes, a list,
 * keyed values, or a value that is present but empty (null).
 */
export type AnyValue = string | boolean | bigint | number | Uint8Array | readonly AnyValue[] | KeyedValues | null

/** Values by key, in order. A key may be repeated. */
export interface KeyedValues {
  readonly entries: readonly KeyedValue[]
}

export interface KeyedValue {
  readonly key: string
  readonly value: AnyValue
}

export type AnyKind = 'text' | 'boolean' | 'whole' | 'number' | 'bytes' | 'list' | 'keyed' | 'nothing'

export function kindOfAny(value: AnyValue): AnyKind {
  switch (typeof value) {
    case 'string':
      return 'text'
    case 'boolean':
      return 'boolean'
    case 'bigint':
      return 'whole'
    case 'number':
      return 'number'
    default:
      if (value === null) return 'nothing'
      if (value instanceof Uint8Array) return 'bytes'
      return Array.isArray(value) ? 'list' : 'keyed'
  }
}

/** The text of a value for use as a partition key. Undefined if the value is empty, bytes or keyed. */
export function keyTextOf(value: AnyValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'object' && !Array.isArray(value)) return undefined
  return String(value) || undefined
}

// SPDX-License-Identifier: Apache-2.0

/** An Avro type as it is encoded, with named types resolved (so a recursive type is a cycle). */
export type AvroShape =
  | { readonly kind: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string' }
  | { readonly kind: 'fixed'; readonly size: number }
  | { readonly kind: 'enum'; readonly symbols: readonly string[] }
  | ListShape
  | { readonly kind: 'union'; readonly branches: readonly AvroShape[] }
  | RecordShape

export interface ListShape {
  readonly kind: 'array' | 'map'
  readonly items: AvroShape
  /** True if items take no bytes, so a count of 2^60 items fits into any block. */
  readonly isEmptyItem: boolean
}

export interface RecordShape {
  readonly kind: 'record'
  /** Full name with namespace. */
  readonly name: string
  readonly fields: readonly FieldShape[]
  /** True if the record takes no bytes, whatever its number of fields. */
  readonly isEmpty: boolean
}

export interface FieldShape {
  readonly name: string
  readonly shape: AvroShape
}

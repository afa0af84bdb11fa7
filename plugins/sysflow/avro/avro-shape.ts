// SPDX-License-Identifier: Apache-2.0

/** An Avro type as it lies on the wire, named types resolved (so a recursive type is a cycle). */
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
  /** Items take no bytes at all, so that a count of 2^60 of them fits into any block. */
  readonly isEmptyItem: boolean
}

export interface RecordShape {
  readonly kind: 'record'
  /** With namespace. */
  readonly name: string
  readonly fields: readonly FieldShape[]
  /** It takes no bytes at all, however many fields it has. */
  readonly isEmpty: boolean
}

export interface FieldShape {
  readonly name: string
  readonly shape: AvroShape
}

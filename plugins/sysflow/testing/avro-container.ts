// SPDX-License-Identifier: Apache-2.0
import avsc from 'avsc'

/** The two record types of an Avro object container, for tests that parse one without the product's reader. */

export interface AvroContainerHeader {
  readonly meta: Readonly<Record<string, Buffer>>
  readonly sync: Buffer
}

export interface AvroContainerBlock {
  readonly count: number
  readonly data: Buffer
  readonly sync: Buffer
}

interface Decoder<T> {
  /** `offset`: position after the value; -1 if the bytes end before it. */
  decode(bytes: Buffer, at?: number): { readonly value: T; readonly offset: number }
}

const record = <T>(name: string, fields: readonly object[]): Decoder<T> =>
  avsc.Type.forSchema({ type: 'record', name, fields } as never) as unknown as Decoder<T>

const SYNC = { name: 'sync', type: { type: 'fixed', name: 'Sync', size: 16 } }

export const CONTAINER_HEADER = record<AvroContainerHeader>('Header', [
  { name: 'magic', type: { type: 'fixed', name: 'Magic', size: 4 } },
  { name: 'meta', type: { type: 'map', values: 'bytes' } },
  SYNC,
])

export const CONTAINER_BLOCK = record<AvroContainerBlock>('Block', [
  { name: 'count', type: 'long' },
  { name: 'data', type: 'bytes' },
  SYNC,
])

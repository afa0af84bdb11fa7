// SPDX-License-Identifier: Apache-2.0
import type { Dependence, TypedAttribute } from '../../../../core/contract/source.js'
import { type EventColumns, FE, FF, KE, NF, PE } from '../../reader/event-columns.js'
import { recordTypeName } from '../derive/names.js'

/** How a row of the table is written down: a name, what it is, how it is read. */

export type Rows = EventColumns
export type RecordAttribute = TypedAttribute<Rows>
type Read<V> = (rows: Rows, row: number) => V

export const ALL = ['PE', 'NF', 'FF', 'FE', 'KE'] as const
export const BY_PROCESS = ['PE', 'NF', 'FF', 'FE'] as const
export const CALLS = ['PE', 'FE'] as const
export const FLOWS = ['NF', 'FF'] as const
export const FILES = ['FF', 'FE'] as const
export const NETWORK = ['NF'] as const
export const FILE_FLOW = ['FF'] as const
export const FILE_EVENT = ['FE'] as const
export const KUBERNETES = ['KE'] as const

export interface Facts {
  readonly on: Dependence
  readonly for: readonly string[]
  readonly says: string
  readonly also?: readonly string[]
  /** Where an attribute that may differ in every row is decided by the file (or the group) for some record types. */
  readonly inside?: Readonly<Record<string, Dependence>>
}

const facts = (name: string, { on, for: types, says, also, inside }: Facts) => ({
  name,
  aliases: also ?? [],
  dependsOn: on,
  types,
  description: says,
  // An attribute that says nothing about a record type has one and the same value there.
  within: (group: number): Dependence => {
    const type = recordTypeName(group & TYPE_BITS)
    return types.includes(type) ? (inside?.[type] ?? on) : 'group'
  },
})

/** Where a group number (see source.ts) holds the record type. */
const TYPE_BITS = 15

export const text = (name: string, about: Facts, read: Read<string>): RecordAttribute => ({
  ...facts(name, about),
  type: 'text',
  read,
})
export const json = (name: string, about: Facts, read: Read<string>): RecordAttribute => ({
  ...facts(name, about),
  type: 'json',
  read,
})
export const number = (name: string, about: Facts, read: Read<number>): RecordAttribute => ({
  ...facts(name, about),
  type: 'number',
  read,
})
export const boolean = (name: string, about: Facts, read: Read<boolean>): RecordAttribute => ({
  ...facts(name, about),
  type: 'boolean',
  read,
})
export const texts = (
  name: string,
  about: Facts,
  read: Read<readonly string[]>,
  indexed?: Read<readonly string[]>,
): RecordAttribute => ({ ...facts(name, about), type: 'texts', read, ...(indexed && { indexed }) })
export const numbers = (
  name: string,
  about: Facts,
  read: Read<readonly number[]>,
  indexed?: Read<readonly number[]>,
): RecordAttribute => ({ ...facts(name, about), type: 'numbers', read, ...(indexed && { indexed }) })
export const clock = (name: string, about: Facts, high: Read<number>, low: Read<number>): RecordAttribute => ({
  ...facts(name, about),
  type: 'clock',
  high,
  low,
  read: (rows, row) => (BigInt(high(rows, row)) << 32n) | BigInt(low(rows, row) >>> 0),
})

export const isNetworkFlow = (rows: Rows, row: number): boolean => rows.type[row] === NF
export const isFileFlow = (rows: Rows, row: number): boolean => rows.type[row] === FF
export const isFlow = (rows: Rows, row: number): boolean => rows.type[row] === NF || rows.type[row] === FF
export const isCall = (rows: Rows, row: number): boolean => rows.type[row] === PE || rows.type[row] === FE
export const isKubernetes = (rows: Rows, row: number): boolean => rows.type[row] === KE

/** A column's value; typed arrays have no holes within `length`. */
export const at = (column: { readonly [row: number]: number }, row: number): number => column[row] as number
export const actorOf = (rows: Rows, row: number) => rows.actor[row] as EventColumns['actor'][number]
export const fileOf = (rows: Rows, row: number) => rows.file[row] as EventColumns['file'][number]
export const secondFileOf = (rows: Rows, row: number) => rows.secondFile[row] as EventColumns['secondFile'][number]

// SPDX-License-Identifier: Apache-2.0
import type { Dependence, TypedAttribute } from '../../../../core/contract/record-adapter.js'
import { type EventColumns, FE, FF, KE, NF, PE } from '../../reader/event-columns.js'
import { recordTypeName } from '../derive/names.js'

/** Helpers to define a row of the attribute table: its name, its properties, its read function. */

export type Rows = EventColumns
export type RecordAttribute = TypedAttribute<Rows>
type ReadValue<V> = (rows: Rows, row: number) => V

export const ALL_TYPES = ['PE', 'NF', 'FF', 'FE', 'KE'] as const
export const PROCESS_TYPES = ['PE', 'NF', 'FF', 'FE'] as const
export const CALL_TYPES = ['PE', 'FE'] as const
export const FLOW_TYPES = ['NF', 'FF'] as const
export const FILE_TYPES = ['FF', 'FE'] as const
export const NETWORK_TYPES = ['NF'] as const
export const FILE_FLOW_TYPES = ['FF'] as const
export const FILE_EVENT_TYPES = ['FE'] as const
export const KUBERNETES_TYPES = ['KE'] as const

export interface AttributeDefinition {
  readonly dependsOn: Dependence
  readonly types: readonly string[]
  readonly description: string
  readonly aliases?: readonly string[]
  /**
   * Dependence by record type, if an attribute that usually depends on the row depends on the file (or the group) for some
   * types.
   */
  readonly dependsOnByType?: Readonly<Record<string, Dependence>>
}

const commonFields = (name: string, { dependsOn, types, description, aliases, dependsOnByType }: AttributeDefinition) => ({
  name,
  aliases: aliases ?? [],
  dependsOn,
  recordTypes: types,
  description,
  // An attribute that does not apply to a record type has the same value in all its rows.
  dependsOnWithinGroup: (group: number): Dependence => {
    const type = recordTypeName(group & TYPE_BITS)
    return types.includes(type) ? (dependsOnByType?.[type] ?? dependsOn) : 'group'
  },
})

/** Bits of a group number (see sysflow-adapter.ts) that hold the record type. */
const TYPE_BITS = 15

export const textAttribute = (name: string, definition: AttributeDefinition, read: ReadValue<string>): RecordAttribute => ({
  ...commonFields(name, definition),
  type: 'text',
  read,
})
export const jsonAttribute = (name: string, definition: AttributeDefinition, read: ReadValue<string>): RecordAttribute => ({
  ...commonFields(name, definition),
  type: 'json',
  read,
})
export const numberAttribute = (name: string, definition: AttributeDefinition, read: ReadValue<number>): RecordAttribute => ({
  ...commonFields(name, definition),
  type: 'number',
  read,
})
export const booleanAttribute = (name: string, definition: AttributeDefinition, read: ReadValue<boolean>): RecordAttribute => ({
  ...commonFields(name, definition),
  type: 'boolean',
  read,
})
export const textsAttribute = (
  name: string,
  definition: AttributeDefinition,
  read: ReadValue<readonly string[]>,
  indexed?: ReadValue<readonly string[]>,
): RecordAttribute => ({ ...commonFields(name, definition), type: 'texts', read, ...(indexed && { indexed }) })
export const numbersAttribute = (
  name: string,
  definition: AttributeDefinition,
  read: ReadValue<readonly number[]>,
  indexed?: ReadValue<readonly number[]>,
): RecordAttribute => ({ ...commonFields(name, definition), type: 'numbers', read, ...(indexed && { indexed }) })
export const clockAttribute = (
  name: string,
  definition: AttributeDefinition,
  high: ReadValue<number>,
  low: ReadValue<number>,
): RecordAttribute => ({
  ...commonFields(name, definition),
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
export const columnValue = (column: { readonly [row: number]: number }, row: number): number => column[row] as number
export const actorOf = (rows: Rows, row: number) => rows.actor[row] as EventColumns['actor'][number]
export const fileOf = (rows: Rows, row: number) => rows.file[row] as EventColumns['file'][number]
export const secondFileOf = (rows: Rows, row: number) => rows.secondFile[row] as EventColumns['secondFile'][number]

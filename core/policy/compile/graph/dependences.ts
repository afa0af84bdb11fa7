// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { Dependence, RecordAdapter } from '../../../contract/record-adapter.js'

/** Bit of what the group number decides. */
export const GROUP_BIT = 1
/** Bit of what only the row itself decides, or more than one of the others together. */
export const ROW_BIT = 1 << 30
const MAX_DECIDER_BITS = 30
/** Stands for the column of an adapter without entities: each row is its own entity, and nothing is cached with it. */
const RECORD_COLUMN = -2

/**
 * What can decide a value, as bits of a number: the group, the entity of a lane, the row. A lane has several bits where some
 * attributes are a matter of its entity in some groups only: one for each set of such attributes, since an entity may be asked
 * about them only in a row of a group in which they are.
 */
export class Deciders {
  /** What decides values that may differ in every row. */
  readonly rowBit: number
  /** The same for drop filters, which are decided first: no rule is tested on a dropped row. */
  readonly filterRowBit: number
  /** Place of the lane for each position of a bit; that of the group has none. */
  readonly #columns: number[] = [-1]
  readonly #bits = new Map<string, number>()

  constructor(columns: number) {
    for (let column = 0; column < columns; column++) this.bit(column, '')
    const isOwnEntity = columns === 0
    this.filterRowBit = (isOwnEntity ? this.bit(RECORD_COLUMN, 'filter') : undefined) ?? ROW_BIT
    this.rowBit = (isOwnEntity ? this.bit(RECORD_COLUMN, 'rule') : undefined) ?? ROW_BIT
  }

  /** Undefined: there are no bits left. */
  bit(column: number, attributes: string): number | undefined {
    const key = `${column} ${attributes}`
    const known = this.#bits.get(key)
    if (known !== undefined || this.#columns.length === MAX_DECIDER_BITS) return known
    const bit = 1 << this.#columns.length
    this.#columns.push(column)
    this.#bits.set(key, bit)
    return bit
  }

  columnAt(position: number): number {
    return this.#columns[position] ?? -1
  }
}

/** As much of an attribute as tells what decides it. */
export interface DependentAttribute {
  readonly name: string
  readonly dependsOn: Dependence
  readonly dependsOnWithinGroup?: (group: number) => Dependence
}

/** What decides attributes, in the rows of one kind of groups. */
export interface Dependences {
  /** The bit of what decides an attribute; undefined: only the row itself does. */
  bitOf(attribute: DependentAttribute): number | undefined
}

/** The bit of what decides a comparison of some attributes. */
export type DependenceOf = (attributes: readonly DependentAttribute[]) => number

/** In all groups. */
export function generalDependence<B extends Batch>(adapter: RecordAdapter<B>, deciders: Deciders): Dependences {
  const bits = bitsByName(adapter, column => deciders.bit(column, ''))
  return { bitOf: ({ dependsOn }) => bits.get(dependsOn) }
}

/** In one group, for a policy that reads `attributes`. */
export function dependenceInGroup<B extends Batch>(
  group: number,
  attributes: readonly DependentAttribute[],
  adapter: RecordAdapter<B>,
  deciders: Deciders,
): Dependences {
  const gained = (column: string): string =>
    attributes
      .filter(({ dependsOn, dependsOnWithinGroup }) => dependsOn !== column && dependsOnWithinGroup?.(group) === column)
      .map(({ name }) => name)
      .join()
  const bits = bitsByName(adapter, (column, name) => deciders.bit(column, gained(name)))
  if (bits.size <= adapter.entities.length) return generalDependence(adapter, deciders)
  return { bitOf: ({ dependsOn, dependsOnWithinGroup }) => bits.get(dependsOnWithinGroup?.(group) ?? dependsOn) }
}

function bitsByName<B extends Batch>(
  adapter: RecordAdapter<B>,
  bitOf: (column: number, name: string) => number | undefined,
): ReadonlyMap<Dependence, number> {
  const bits = new Map<Dependence, number>([['group', GROUP_BIT]])
  for (const [column, { name }] of adapter.entities.entries()) {
    const bit = bitOf(column, name)
    if (bit !== undefined) bits.set(name, bit)
  }
  return bits
}

/**
 * What decides a comparison of several values. One that looks at two things, be it the group and an entity, is decided by
 * neither but by the row: an answer kept with the entity would be wrong in the next group.
 */
export const comparisonDependence =
  ({ bitOf }: Dependences, rowBit: number): DependenceOf =>
  attributes => {
    const bits = attributes.reduce((all, attribute) => all | (bitOf(attribute) ?? rowBit), 0)
    return hasAtMostOneBit(bits) ? bits : rowBit
  }

/** None or one. */
export const hasAtMostOneBit = (bits: number): boolean => (bits & (bits - 1)) === 0

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { Dependence, RecordAdapter } from '../../../contract/record-adapter.js'

/** Bit of values that the group number determines. */
export const GROUP_BIT = 1
/** Bit of values that only the row itself determines, or several deciders together. */
export const ROW_BIT = 1 << 30
const MAX_DECIDER_BITS = 30
/** The column of an adapter without entities: each row is its own entity, and nothing is cached. */
const RECORD_COLUMN = -2

/**
 * The deciders of values as bits of a number: the group, the entity of a column, the row. A column has several bits if some
 * attributes depend on its entity only in some groups: one bit per set of such attributes, because an entity may be asked about
 * them only in a row of such a group.
 */
export class Deciders {
  /** Decider bit of values that may differ in every row. */
  readonly rowBit: number
  /** The same for drop filters. They are evaluated first, so that no rule is tested on a dropped row. */
  readonly filterRowBit: number
  /** Entity column of each bit position; -1 for the position of the group. */
  readonly #columns: number[] = [-1]
  readonly #bits = new Map<string, number>()

  constructor(columns: number) {
    for (let column = 0; column < columns; column++) this.bit(column, '')
    const isOwnEntity = columns === 0
    this.filterRowBit = (isOwnEntity ? this.bit(RECORD_COLUMN, 'filter') : undefined) ?? ROW_BIT
    this.rowBit = (isOwnEntity ? this.bit(RECORD_COLUMN, 'rule') : undefined) ?? ROW_BIT
  }

  /** Undefined: no bits are left. */
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

/** The part of an attribute that determines its decider. */
export interface DependentAttribute {
  readonly name: string
  readonly dependsOn: Dependence
  readonly dependsOnWithinGroup?: (group: number) => Dependence
}

/** The deciders of attributes in the rows of one kind of group. */
export interface Dependences {
  /** The decider bit of an attribute; undefined if only the row itself determines it. */
  bitOf(attribute: DependentAttribute): number | undefined
}

/** The decider bit of a comparison of some attributes. */
export type DependenceOf = (attributes: readonly DependentAttribute[]) => number

/** The deciders that are valid in all groups. */
export function generalDependence<B extends Batch>(adapter: RecordAdapter<B>, deciders: Deciders): Dependences {
  const bits = bitsByName(adapter, column => deciders.bit(column, ''))
  return { bitOf: ({ dependsOn }) => bits.get(dependsOn) }
}

/** The deciders in one group, for a policy that reads `attributes`. */
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
 * The decider of a comparison of several values. If the values have different deciders, for example the group and an entity, the
 * row decides: an answer cached with the entity would be wrong in another group.
 */
export const comparisonDependence =
  ({ bitOf }: Dependences, rowBit: number): DependenceOf =>
  attributes => {
    const bits = attributes.reduce((all, attribute) => all | (bitOf(attribute) ?? rowBit), 0)
    return hasAtMostOneBit(bits) ? bits : rowBit
  }

/** True for zero bits or one bit. */
export const hasAtMostOneBit = (bits: number): boolean => (bits & (bits - 1)) === 0

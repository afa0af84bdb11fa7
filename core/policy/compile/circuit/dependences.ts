// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { Dependence, Source } from '../../../contract/source.js'

/** Bit of what the group number decides. */
export const GROUP = 1
/** Bit of what only the row itself decides, or more than one of the others together. */
export const ROW = 1 << 30
const POSITIONS = 30

/**
 * What can decide a value, as bits of a number: the group, the entity of a lane, the row. A lane has several bits where some
 * attributes are a matter of its entity in some groups only: one for each set of such attributes, since an entity may be asked
 * about them only in a row of a group in which they are.
 */
export class Deciders {
  /** Place of the lane for each position of a bit; that of the group has none. */
  readonly #lanes: number[] = [-1]
  readonly #bits = new Map<string, number>()

  constructor(lanes: number) {
    for (let lane = 0; lane < lanes; lane++) this.bit(lane, '')
  }

  /** Undefined: there are no bits left. */
  bit(lane: number, attributes: string): number | undefined {
    const key = `${lane} ${attributes}`
    const known = this.#bits.get(key)
    if (known !== undefined || this.#lanes.length === POSITIONS) return known
    const bit = 1 << this.#lanes.length
    this.#lanes.push(lane)
    this.#bits.set(key, bit)
    return bit
  }

  laneAt(position: number): number {
    return this.#lanes[position] ?? -1
  }
}

/** As much of an attribute as tells what decides it. */
export interface Dependent {
  readonly name: string
  readonly dependsOn: Dependence
  readonly within?: (group: number) => Dependence
}

/** The bit of what decides an attribute, in the rows of one kind of groups. */
export type DependenceOf = (attribute: Dependent) => number

/** In all groups. */
export function generalDependence<B extends Batch>(source: Source<B>, deciders: Deciders): DependenceOf {
  const bits = bitsByName(source, lane => deciders.bit(lane, ''))
  return ({ dependsOn }) => bits.get(dependsOn) ?? ROW
}

/** In one group, for a policy that reads `attributes`. */
export function dependenceWithin<B extends Batch>(
  group: number,
  attributes: readonly Dependent[],
  source: Source<B>,
  deciders: Deciders,
): DependenceOf {
  const gained = (lane: string): string =>
    attributes
      .filter(({ dependsOn, within }) => dependsOn !== lane && within?.(group) === lane)
      .map(({ name }) => name)
      .join()
  const bits = bitsByName(source, (lane, name) => deciders.bit(lane, gained(name)))
  if (bits.size <= source.lanes.length) return generalDependence(source, deciders)
  return ({ dependsOn, within }) => bits.get(within?.(group) ?? dependsOn) ?? ROW
}

function bitsByName<B extends Batch>(
  source: Source<B>,
  bitOf: (lane: number, name: string) => number | undefined,
): ReadonlyMap<Dependence, number> {
  const bits = new Map<Dependence, number>([['group', GROUP]])
  for (const [lane, { name }] of source.lanes.entries()) {
    const bit = bitOf(lane, name)
    if (bit !== undefined) bits.set(name, bit)
  }
  return bits
}

/**
 * What decides a comparison of several values. One that looks at two things, be it the group and an entity, is decided by
 * neither: an answer kept with the entity would be wrong in the next group.
 */
export function joinDependences(parts: readonly number[]): number {
  const bits = parts.reduce((all, part) => all | part, 0)
  return isSingle(bits) ? bits : ROW
}

/** None or one. */
export const isSingle = (bits: number): boolean => (bits & (bits - 1)) === 0

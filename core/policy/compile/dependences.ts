// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Source } from '../../contract/source.js'
import type { Operand } from '../policy.js'
import { attributeOf } from './view.js'

/** What is decided by the group number. Lane n of the source has bit `GROUP << (n + 1)`. */
export const GROUP = 1

/** What decides an attribute's value, as one bit each: the group, a lane's entity, or the row alone. */
export class Dependences<B extends Batch> {
  /** Depends on more than one of the others, or on none of them. */
  readonly row: number
  readonly #source: Source<B>

  constructor(source: Source<B>) {
    this.#source = source
    this.row = GROUP << (source.lanes.length + 1)
  }

  /** 0 for a literal. */
  of(operand: Operand): number {
    if (operand.kind === 'literal') return 0
    const { dependsOn } = attributeOf(operand.attribute, this.#source)
    if (dependsOn === 'group') return GROUP
    const lane = this.#source.lanes.findIndex(({ name }) => name === dependsOn)
    return lane < 0 ? this.row : laneBit(lane)
  }

  /**
   * What decides a comparison of such values. One that looks at two of them, be it the group and an entity, is decided by
   * neither: an answer kept with the entity would be wrong in the next group.
   */
  join(parts: readonly number[]): number {
    const bits = parts.reduce((all, part) => all | part, 0)
    return isSingle(bits) ? bits : this.row
  }
}

export const laneBit = (lane: number): number => GROUP << (lane + 1)
/** None or one. */
const isSingle = (bits: number): boolean => (bits & (bits - 1)) === 0

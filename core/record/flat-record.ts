// SPDX-License-Identifier: Apache-2.0
import type { Value } from '../contract/source.js'
import type { EventColumns } from '../sysflow/event-columns.js'
import { ATTRIBUTES, VOCABULARY } from './attributes.js'

/**
 * One row as plugin authors meet it: attributes by name or alias. It looks into the batch, so it is valid only while the
 * batch is held; `snapshot` copies what shall outlive it. `at` moves the same view to another row.
 */
export class FlatRecord {
  #rows: EventColumns
  #row: number

  constructor(rows: EventColumns, row = 0) {
    this.#rows = rows
    this.#row = row
  }

  at(row: number, rows: EventColumns = this.#rows): this {
    this.#rows = rows
    this.#row = row
    return this
  }

  /** Undefined for a name that no attribute has. Clocks are bigints of nanoseconds. */
  value(name: string): Value | undefined {
    return VOCABULARY.find(name)?.read(this.#rows, this.#row)
  }

  /** The value as text: numbers in decimal, lists joined by commas; empty for an unknown name. */
  text(name: string): string {
    const value = this.value(name)
    return value === undefined ? '' : String(value)
  }

  /** Every SysFlow attribute that says something about this type of record, by name; safe to keep. */
  snapshot(): ReadonlyMap<string, Value> {
    const type = this.text('sf.type')
    const told = ATTRIBUTES.filter(attribute => attribute.name.startsWith('sf.') && attribute.types.includes(type))
    return new Map(told.map(attribute => [attribute.name, copied(attribute.read(this.#rows, this.#row))]))
  }
}

const copied = (value: Value): Value => (Array.isArray(value) ? ([...value] as Value) : value)

// SPDX-License-Identifier: Apache-2.0
import { Decoder } from './decoder.js'
import type { BranchKind } from './layout.js'
import { writerSchema } from './schema.js'
import { BRANCHES, SCHEMA_V5 } from './schema-v5.js'

/**
 * Layouts of records that come without their schema, as messages do, by the version that a header names. `0` is what the
 * oldest writers of version 1 wrote, whose network flows have no `fd`; 1001 stands between 1 and 2.
 */
export const LAYOUTS = [0, 1, 1001, 2, 3, 4, 5] as const
export type Layout = (typeof LAYOUTS)[number]

/** The layout in which records are read whose writer has not said otherwise. */
export const NEWEST: Layout = 5

/** The layout that belongs to the version of a header; undefined for a version that is not known. */
export function layoutOf(version: number): Layout | undefined {
  if (version === 1000) return 1
  return LAYOUTS.find(layout => layout === version && layout !== 0)
}

/** Who reads records of a layout: where `decoder` finds a record too short, `olderDecoder` may know it. */
export interface MessageDecoders {
  readonly decoder: Decoder
  readonly olderDecoder: Decoder | undefined
}

/** Makes each decoder once. */
export class Layouts {
  readonly #made = new Map<Layout, Decoder>()

  of(layout: Layout): MessageDecoders {
    const older = OLDER[layout]
    return { decoder: this.#decoder(layout), olderDecoder: older === undefined ? undefined : this.#decoder(older) }
  }

  #decoder(layout: Layout): Decoder {
    const decoder = this.#made.get(layout) ?? new Decoder(writerSchema(schemaText(layout)))
    this.#made.set(layout, decoder)
    return decoder
  }
}

/**
 * Layouts that writers of one version are known to mix, or that cannot be told apart by it. A shorter record cannot be
 * mistaken for a longer one, since the message ends before its last fields.
 */
const OLDER: Partial<Readonly<Record<Layout, Layout>>> = { 5: 4, 1: 0 }

/** Text of the Avro schema of a layout: the newest one without what came later. */
export function schemaText(layout: Layout): string {
  const age = layout === 1001 ? 2 : layout
  const root: RootSchema = JSON.parse(JSON.stringify(SCHEMA_V5))
  const [union] = root.fields
  if (!union) throw new Error('the schema holds no records')
  union.type.length = BRANCHES_AT[age]
  for (const branch of union.type) {
    branch.fields = branch.fields.filter(
      ({ name }) => !LATER.some(([since, kind, field]) => since > age && BRANCHES[kind] === branch.name && field === name),
    )
    if (layout === 1001 && branch.name === BRANCHES.C) branch.fields.push({ name: 'imagerepo', type: 'string' })
  }
  return JSON.stringify(root)
}

interface RootSchema {
  readonly fields: readonly { readonly type: { readonly name: string; fields: { name: string; type: unknown }[] }[] }[]
}

type Age = Exclude<Layout, 1001>

/** Branches were only ever added at the end. */
const BRANCHES_AT: Readonly<Record<Age, number>> = { 0: 8, 1: 9, 2: 10, 3: 10, 4: 12, 5: 12 }

/** Fields that were added to a record, and since when. */
const LATER: readonly (readonly [Age, Exclude<BranchKind, 'unknown'>, string])[] = [
  [1, 'NF', 'fd'],
  [2, 'H', 'ip'],
  [2, 'P', 'entry'],
  [3, 'H', 'filename'],
  [4, 'C', 'podId'],
  [5, 'P', 'cwd'],
  [5, 'P', 'env'],
]

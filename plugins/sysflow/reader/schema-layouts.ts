// SPDX-License-Identifier: Apache-2.0

import { BRANCH_NAME_BY_KIND, SCHEMA_V5 } from '../avro/schema-v5.js'
import { parseWriterSchema } from '../avro/writer-schema.js'
import type { BranchKind } from '../entities/branch-kinds.js'
import { Decoder } from './decoder.js'

/**
 * Layouts of records without a schema, as in messages, by the version that a header names. `0` is the layout of the oldest
 * writers of version 1, whose network flows have no `fd`; 1001 comes between 1 and 2.
 */
export const SCHEMA_LAYOUTS = [0, 1, 1001, 2, 3, 4, 5] as const
export type SchemaLayout = (typeof SCHEMA_LAYOUTS)[number]

/** The layout of records whose writer has not sent a header yet. */
export const LATEST_LAYOUT: SchemaLayout = 5

/** The layout for the version of a header; undefined for an unknown version. */
export function layoutForVersion(version: number): SchemaLayout | undefined {
  if (version === 1000) return 1
  return SCHEMA_LAYOUTS.find(layout => layout === version && layout !== 0)
}

/** Decoders of a layout: if `decoder` finds a record too short, `fallbackDecoder` may decode it. */
export interface MessageDecoders {
  readonly decoder: Decoder
  readonly fallbackDecoder: Decoder | undefined
}

/** Creates each decoder once. */
export class LayoutDecoders {
  readonly #decoders = new Map<SchemaLayout, Decoder>()

  of(layout: SchemaLayout): MessageDecoders {
    const fallback = FALLBACK_LAYOUTS[layout]
    return { decoder: this.#decoder(layout), fallbackDecoder: fallback === undefined ? undefined : this.#decoder(fallback) }
  }

  #decoder(layout: SchemaLayout): Decoder {
    const decoder = this.#decoders.get(layout) ?? new Decoder(parseWriterSchema(schemaText(layout)))
    this.#decoders.set(layout, decoder)
    return decoder
  }
}

/**
 * Layouts that writers of one version are known to mix, or that the version does not distinguish. A shorter record cannot be
 * mistaken for a longer one, because the message ends before its last fields.
 */
const FALLBACK_LAYOUTS: Partial<Readonly<Record<SchemaLayout, SchemaLayout>>> = { 5: 4, 1: 0 }

/** Avro schema text of a layout: the newest schema without later additions. */
export function schemaText(layout: SchemaLayout): string {
  const version = layout === 1001 ? 2 : layout
  const root: RootSchema = JSON.parse(JSON.stringify(SCHEMA_V5))
  const [union] = root.fields
  if (!union) throw new Error('the schema has no records')
  union.type.length = BRANCH_COUNTS[version]
  for (const branch of union.type) {
    branch.fields = branch.fields.filter(
      ({ name }) =>
        !ADDED_FIELDS.some(
          ([since, kind, field]) => since > version && BRANCH_NAME_BY_KIND[kind] === branch.name && field === name,
        ),
    )
    if (layout === 1001 && branch.name === BRANCH_NAME_BY_KIND.C) branch.fields.push({ name: 'imagerepo', type: 'string' })
  }
  return JSON.stringify(root)
}

interface RootSchema {
  readonly fields: readonly { readonly type: { readonly name: string; fields: { name: string; type: unknown }[] }[] }[]
}

type LayoutVersion = Exclude<SchemaLayout, 1001>

/** Number of branches by layout. New branches were always appended at the end. */
const BRANCH_COUNTS: Readonly<Record<LayoutVersion, number>> = { 0: 8, 1: 9, 2: 10, 3: 10, 4: 12, 5: 12 }

/** Fields that were added to a record, and the layout that introduced each. */
const ADDED_FIELDS: readonly (readonly [LayoutVersion, Exclude<BranchKind, 'unknown'>, string])[] = [
  [1, 'NF', 'fd'],
  [2, 'H', 'ip'],
  [2, 'P', 'entry'],
  [3, 'H', 'filename'],
  [4, 'C', 'podId'],
  [5, 'P', 'cwd'],
  [5, 'P', 'env'],
]

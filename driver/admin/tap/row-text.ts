// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../core/contract/batch.js'
import type { Attribute, Source, TypedAttribute } from '../../../core/contract/source.js'
import type { Verdict } from '../../../core/contract/verdict.js'
import type { Redaction } from './redaction.js'

export interface Field<B extends Batch> {
  readonly attribute: TypedAttribute<B>
  readonly isRedacted: boolean
}

/** One record as one line of JSON: attributes by name, and the rules that it matched, if it was judged. */
export function rowText<B extends Batch>(
  fields: readonly Field<B>[],
  redaction: Redaction,
  batch: B,
  row: number,
  verdict: Verdict | null | undefined,
): string {
  const members = fields.map(
    ({ attribute, isRedacted }) =>
      `${JSON.stringify(attribute.name)}:${valueText(attribute, isRedacted ? redaction : undefined, batch, row)}`,
  )
  if (verdict !== undefined) members.push(`"rules":${JSON.stringify(verdict?.rules.map(({ name }) => name) ?? [])}`)
  return `{${members.join(',')}}\n`.replace(CONTROLS, escaped)
}

function valueText<B extends Batch>(
  attribute: TypedAttribute<B>,
  redaction: Redaction | undefined,
  batch: B,
  row: number,
): string {
  const value = attribute.read(batch, row)
  if (redaction) return JSON.stringify(redaction.of(value))
  // A clock keeps all its digits.
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}

/** The attributes that say something about records of each type, by type: what is shown unless others are asked for. */
export function usualFields<B extends Batch>({
  vocabulary,
  recordTypes,
}: Source<B>): ReadonlyMap<string, readonly TypedAttribute<B>[]> {
  const all = new Set(vocabulary.names.map(name => vocabulary.find(name)).filter(isTyped))
  const own = [...all].filter(({ name }) => name.startsWith('sf.'))
  return new Map(recordTypes.map(type => [type, own.filter(({ types }) => types.includes(type))]))
}

export const isTyped = <B extends Batch>(attribute: Attribute<B> | undefined): attribute is TypedAttribute<B> =>
  attribute !== undefined && attribute.type !== 'any'

/** What JSON lets through and a terminal would obey. */
const CONTROLS = /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g
const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../core/contract/batch.js'
import type { RuleMatches } from '../../../core/contract/evaluated-batch.js'
import type { Attribute, RecordAdapter, TypedAttribute } from '../../../core/contract/record-adapter.js'
import type { Redactor } from './redaction.js'

export interface TapField<B extends Batch> {
  readonly attribute: TypedAttribute<B>
  readonly isRedacted: boolean
}

/** One record as one line of JSON: attributes by name, and the rules that it matched, if it was judged. */
export function rowText<B extends Batch>(
  fields: readonly TapField<B>[],
  redactor: Redactor,
  batch: B,
  row: number,
  matches: RuleMatches | null | undefined,
): string {
  const members = fields.map(
    ({ attribute, isRedacted }) =>
      `${JSON.stringify(attribute.name)}:${valueText(attribute, isRedacted ? redactor : undefined, batch, row)}`,
  )
  if (matches !== undefined) members.push(`"rules":${JSON.stringify(matches?.rules.map(({ name }) => name) ?? [])}`)
  return `{${members.join(',')}}\n`.replace(CONTROLS, escaped)
}

function valueText<B extends Batch>(attribute: TypedAttribute<B>, redactor: Redactor | undefined, batch: B, row: number): string {
  const value = attribute.read(batch, row)
  if (redactor) return JSON.stringify(redactor.tokenFor(value))
  // A clock keeps all its digits.
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}

/** The attributes that say something about records of each type, by type: what is shown unless others are asked for. */
export function defaultFields<B extends Batch>({
  attributes,
  recordTypes,
}: RecordAdapter<B>): ReadonlyMap<string, readonly TypedAttribute<B>[]> {
  const all = new Set(attributes.names.map(name => attributes.find(name)).filter(isTyped))
  const sysflowAttributes = [...all].filter(({ name }) => name.startsWith('sf.'))
  return new Map(recordTypes.map(type => [type, sysflowAttributes.filter(({ recordTypes }) => recordTypes.includes(type))]))
}

export const isTyped = <B extends Batch>(attribute: Attribute<B> | undefined): attribute is TypedAttribute<B> =>
  attribute !== undefined && attribute.type !== 'any'

/** What JSON lets through and a terminal would obey. */
const CONTROLS = /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from '../../../core/contract/any-value.js'
import type { Batch } from '../../../core/contract/batch.js'
import type { RuleMatches } from '../../../core/contract/evaluated-batch.js'
import { type Attribute, listedAttributes, type RecordAdapter } from '../../../core/contract/record-adapter.js'
import { anyValueText } from './any-value-text.js'
import type { Redactor } from './redaction.js'

export interface TapField<B extends Batch> {
  readonly name: string
  readonly isRedacted: boolean
  /** Undefined: the record does not have the attribute. */
  read(batch: B, row: number): AnyValue | undefined
}

export const tapField = <B extends Batch>(
  { name, read }: Pick<Attribute<B>, 'name' | 'read'>,
  redacted: ReadonlySet<string>,
): TapField<B> => ({ name, isRedacted: redacted.has(name), read })

/** One record as a line of JSON: its attributes by name, and the rules that it matched, if it was evaluated. */
export function rowText<B extends Batch>(
  fields: readonly TapField<B>[],
  redactor: Redactor,
  batch: B,
  row: number,
  matches: RuleMatches | null | undefined,
): string {
  const members = fields.flatMap(({ name, isRedacted, read }) => {
    const value = read(batch, row)
    if (value === undefined) return []
    return `${JSON.stringify(name)}:${isRedacted ? JSON.stringify(redactor.tokenFor(value)) : anyValueText(value)}`
  })
  if (matches !== undefined) members.push(`"rules":${JSON.stringify(matches?.rules.map(({ name }) => name) ?? [])}`)
  return `{${members.join(',')}}\n`.replace(CONTROLS, escaped)
}

/** The attributes that are shown by default: those that apply to records of the channel type. */
export function defaultFields<B extends Batch>(
  adapter: RecordAdapter<B>,
  redacted: ReadonlySet<string>,
): (batch: B, row: number) => readonly TapField<B>[] {
  const { attributes, recordTypes } = adapter
  if (attributes.isOpen) return (batch, row) => snapshotFields(adapter, batch, row, redacted)
  const names = attributes.canonicalNames ?? listedAttributes(attributes).map(({ name }) => name)
  const all = names.map(name => attributes.find(name)).filter(found => found !== undefined)
  const fieldsOfType = (type: string): readonly TapField<B>[] =>
    all.filter(attribute => attribute.recordTypes.includes(type)).map(attribute => tapField(attribute, redacted))
  const fieldsByType = new Map(recordTypes.map(type => [type, fieldsOfType(type)]))
  const allFields = all.map(attribute => tapField(attribute, redacted))
  return (batch, row) => {
    const type = adapter.recordType?.(batch, row)
    return type === undefined ? allFields : (fieldsByType.get(type) ?? [])
  }
}

/** Records with attributes of their own show all that they have. */
const snapshotFields = <B extends Batch>(
  adapter: RecordAdapter<B>,
  batch: B,
  row: number,
  redacted: ReadonlySet<string>,
): readonly TapField<B>[] =>
  [...(adapter.snapshot?.(batch, row) ?? [])].map(([name, value]) => ({
    name,
    isRedacted: redacted.has(name),
    read: () => value,
  }))

/** Characters that JSON does not escape and that can control a terminal. */
const CONTROLS = /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

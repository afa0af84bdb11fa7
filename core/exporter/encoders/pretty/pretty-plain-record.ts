// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from '../../../contract/any-value.js'
import type { RecordView } from '../../../contract/record-view.js'
import type { PrettyLine, PrettyRecord } from './pretty-record.js'

/** A record of any kind as its attributes, those of `summaryFields` first. `time`: nanoseconds since 1970; 0: unknown. */
export function prettyPlainRecord(view: RecordView, time = 0n, summaryFields: readonly string[] = []): PrettyRecord {
  const attributes = view.snapshot()
  const summary = summaryFields.map((name): [string, AnyValue] => [name, attributes.get(name) ?? view.value(name) ?? null])
  const isInSummary = new Set(summaryFields)
  const all = [...summary, ...[...attributes].filter(([name]) => !isInSummary.has(name))]
  const present = all.filter(([, value]) => isPresent(value))
  const lines = present.slice(0, MAX_LINES).map(([name, value]): PrettyLine => ({ label: name, text: prettyText(value) }))
  const rest = present.slice(MAX_LINES).map(([name, value]) => `${name}=${prettyText(value)}`)
  const [first = { label: 'record', text: '' }, ...others] = lines
  return {
    time: time === 0n ? undefined : Number(time / 1_000_000n),
    location: '',
    actorName: '',
    lines: [first, ...others, ...(rest.length === 0 ? [] : [{ label: 'and', text: rest.join(' ') }])],
  }
}

const MAX_LINES = 5

const isPresent = (value: AnyValue): boolean => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)

/** A value in human-readable form; empty for a missing one. */
export function prettyText(value: AnyValue | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return String(value)
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if ('entries' in value && typeof value.entries !== 'function')
    return `{${value.entries.map(entry => `${entry.key}=${prettyText(entry.value)}`).join(' ')}}`
  return (value as readonly AnyValue[]).map(prettyText).join(',')
}

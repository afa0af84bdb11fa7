// SPDX-License-Identifier: Apache-2.0

import type { OtelBatch } from '../../../../plugins/otel/otel-batch.js'
import type { AnyValue } from '../../../contract/any-value.js'
import type { RecordView } from '../../../contract/record-view.js'
import type { Attributes, LogRecord } from '../../otlp/log-records.js'
import type { PrettyLine, PrettyRecord } from './pretty-record.js'

/** A log record of OpenTelemetry in words. */
export function prettyLogRecord(batch: OtelBatch, row: number): PrettyRecord {
  const record = batch.records[row] as LogRecord
  const resource = batch.resources[row]?.attributes
  const resourceText = (key: string): string => textOf(resource?.find(key))
  const nanos = record.time > 0n ? record.time : record.observed
  const service = resourceText('service.name')
  const host = resourceText('host.name')
  const [attributes, origin] = [attributesAsText(record.attributes), resource ? attributesAsText(resource) : '']
  return {
    time: nanos > 0n ? Number(nanos / 1_000_000n) : undefined,
    location: host === '' ? '' : `on ${host}`,
    actorName: service,
    lines: [
      {
        label: 'logged',
        text: textOf(record.body) || record.eventName,
        ...(record.severityText && { note: record.severityText }),
      },
      ...(attributes === '' ? [] : [{ label: 'with', text: attributes }]),
      ...(origin === '' ? [] : [{ label: 'from', text: origin }]),
    ],
  }
}

/** A record of any kind: its attributes, those first that its kind names first. */
export function prettyPlainRecord(view: RecordView): PrettyRecord {
  const present = [...view.snapshot()].filter(([, value]) => isPresent(value))
  const lines = present.slice(0, MAX_LINES).map(([name, value]): PrettyLine => ({ label: name, text: textOf(value) }))
  const rest = present.slice(MAX_LINES).map(([name, value]) => `${name}=${textOf(value)}`)
  const [first = { label: 'record', text: '' }, ...others] = lines
  return {
    time: undefined,
    location: '',
    actorName: '',
    lines: [first, ...others, ...(rest.length === 0 ? [] : [{ label: 'and', text: rest.join(' ') }])],
  }
}

const MAX_LINES = 5

const isPresent = (value: AnyValue): boolean => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)

const attributesAsText = ({ entries }: Attributes): string => entries.map(({ key, value }) => `${key}=${textOf(value)}`).join(' ')

function textOf(value: AnyValue | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return String(value)
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if ('entries' in value && typeof value.entries !== 'function')
    return `{${value.entries.map(entry => `${entry.key}=${textOf(entry.value)}`).join(' ')}}`
  return (value as readonly AnyValue[]).map(textOf).join(',')
}

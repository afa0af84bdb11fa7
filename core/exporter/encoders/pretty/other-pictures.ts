// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from '../../../contract/any-value.js'
import type { RecordView } from '../../../contract/record-view.js'
import type { Attributes, LogRecord } from '../../../../plugins/otel/log-records.js'
import type { OtelBatch } from '../../../../plugins/otel/otel-batch.js'
import type { Picture, PictureLine } from './picture.js'

/** A log record of OpenTelemetry in words. */
export function logPicture(batch: OtelBatch, row: number): Picture {
  const record = batch.records[row] as LogRecord
  const resource = batch.resources[row]?.attributes
  const named = (key: string): string => textOf(resource?.find(key))
  const nanos = record.time > 0n ? record.time : record.observed
  const service = named('service.name')
  const host = named('host.name')
  const [attributes, origin] = [listed(record.attributes), resource ? listed(resource) : '']
  return {
    time: nanos > 0n ? Number(nanos / 1_000_000n) : undefined,
    place: host === '' ? '' : `on ${host}`,
    who: service,
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
export function plainPicture(view: RecordView): Picture {
  const told = [...view.snapshot()].filter(([, value]) => isTold(value))
  const lines = told.slice(0, MOST_LINES).map(([name, value]): PictureLine => ({ label: name, text: textOf(value) }))
  const rest = told.slice(MOST_LINES).map(([name, value]) => `${name}=${textOf(value)}`)
  const [first = { label: 'record', text: '' }, ...others] = lines
  return {
    time: undefined,
    place: '',
    who: '',
    lines: [first, ...others, ...(rest.length === 0 ? [] : [{ label: 'and', text: rest.join(' ') }])],
  }
}

const MOST_LINES = 5

const isTold = (value: AnyValue): boolean => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)

const listed = ({ entries }: Attributes): string => entries.map(({ key, value }) => `${key}=${textOf(value)}`).join(' ')

function textOf(value: AnyValue | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return String(value)
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if ('entries' in value && typeof value.entries !== 'function')
    return `{${value.entries.map(entry => `${entry.key}=${textOf(entry.value)}`).join(' ')}}`
  return (value as readonly AnyValue[]).map(textOf).join(',')
}

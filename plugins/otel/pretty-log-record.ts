// SPDX-License-Identifier: Apache-2.0
import { prettyText } from '../../core/exporter/encoders/pretty/pretty-plain-record.js'
import type { PrettyRecord } from '../../core/exporter/encoders/pretty/pretty-record.js'
import type { Attributes, LogRecord } from '../../core/exporter/otlp/log-records.js'
import type { OtelBatch } from './otel-batch.js'

/** Formats an OpenTelemetry log record for people. */
export function prettyLogRecord(batch: OtelBatch, row: number): PrettyRecord {
  const record = batch.records[row] as LogRecord
  const resource = batch.resources[row]?.attributes
  const resourceText = (key: string): string => prettyText(resource?.find(key))
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
        text: prettyText(record.body) || record.eventName,
        ...(record.severityText && { note: record.severityText }),
      },
      ...(attributes === '' ? [] : [{ label: 'with', text: attributes }]),
      ...(origin === '' ? [] : [{ label: 'from', text: origin }]),
    ],
  }
}

const attributesAsText = ({ entries }: Attributes): string =>
  entries.map(({ key, value }) => `${key}=${prettyText(value)}`).join(' ')

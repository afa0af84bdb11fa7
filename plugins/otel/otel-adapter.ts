// SPDX-License-Identifier: Apache-2.0
import type { AnyAttribute, RecordAdapter } from '../../core/contract/record-adapter.js'
import type { OtelBatch } from './otel-batch.js'
import { logRecordId, logRecordKey, logRecordSnapshot } from './otel-records.js'

/** The policy engine's view of OpenTelemetry log records: every attribute name is an attribute key. */
export const OTEL_ADAPTER: RecordAdapter<OtelBatch> = {
  channel: 'otelchan',
  evaluatedChannel: 'otelchan',
  recordTypes: [],
  attributes: { find: attributeOf, isOpen: true, names: [], unsupportedReason: () => undefined, currentName: () => undefined },
  time: (batch, row) => batch.records[row]?.time || batch.records[row]?.observed || 0n,
  id: logRecordId,
  key: logRecordKey,
  snapshot: logRecordSnapshot,
  summaryFields: ['body', 'severityText', 'service.name', 'host.name'],
  group: () => 0,
  entities: [],
}

function attributeOf(name: string): AnyAttribute<OtelBatch> | undefined {
  if (!ATTRIBUTE_NAME_PATTERN.test(name)) return undefined
  return {
    name,
    aliases: [],
    type: 'any',
    dependsOn: 'row',
    recordTypes: [],
    description: '',
    read: (batch, row) => batch.attribute(name, row),
  }
}

/** Numbers and paths do not match, so a comparison that begins with one is rejected. */
const ATTRIBUTE_NAME_PATTERN = /^[A-Za-z_][\w./*-]*$/

// SPDX-License-Identifier: Apache-2.0
import { type AnyValue, keyTextOf } from '../../core/contract/any-value.js'
import { contentId } from '../../core/exporter/metadata/content-id.js'
import type { LogRecord, Resource, Scope } from '../../core/exporter/otlp/log-records.js'
import { logRecordText, resourceLogsText, scopeLogsText } from '../../core/exporter/otlp/otlp-json.js'
import type { OtelBatch } from './otel-batch.js'

/** A hash of all that was received of a log record, its resource and its scope included. Rules that it matched do not change it. */
export const logRecordId = (batch: OtelBatch, row: number): string =>
  contentId(
    resourceLogsText(
      batch.resources[row] as Resource,
      scopeLogsText(batch.scopes[row] as Scope, logRecordText(batch.records[row] as LogRecord)),
    ),
  )

/** The host or the container is said by the resource; any other name is that of an attribute. */
export function logRecordKey(name: string, batch: OtelBatch, row: number): string | undefined {
  if (name === 'host') return resourceText(batch, row, HOST_KEYS)
  if (name === 'container') return resourceText(batch, row, CONTAINER_KEYS)
  return keyTextOf(batch.attribute(name, row))
}

const HOST_KEYS = ['host.name', 'host.id', 'k8s.node.name']
const CONTAINER_KEYS = ['container.id', 'k8s.pod.uid', ...HOST_KEYS]

/** Of the first of these attributes that the resource has. */
function resourceText(batch: OtelBatch, row: number, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = batch.resources[row]?.attributes.find(name)
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

/**
 * A log record in one level: its own fields under the names of OTLP/JSON where they say something, then all attributes by their
 * keys. An attribute of the resource goes before one of the scope, and that before one of the log record, as for rules; one that
 * has the name of a field is under `attributes.` and its name.
 */
export function logRecordSnapshot(batch: OtelBatch, row: number): ReadonlyMap<string, AnyValue> {
  const record = batch.records[row] as LogRecord
  const { name, version } = batch.scopes[row] as Scope
  const fields: readonly (readonly [string, AnyValue | undefined])[] = [
    ['timeUnixNano', record.time || undefined],
    ['observedTimeUnixNano', record.observed || undefined],
    ['severityNumber', record.severity || undefined],
    ['severityText', record.severityText || undefined],
    ['eventName', record.eventName || undefined],
    ['body', record.body],
    ['traceId', record.traceId || undefined],
    ['spanId', record.spanId || undefined],
    ['flags', record.flags || undefined],
    ['scope.name', name || undefined],
    ['scope.version', version || undefined],
  ]
  const snapshot = new Map<string, AnyValue>()
  for (const [field, value] of fields) if (value !== undefined) snapshot.set(field, value)
  const isField = new Set(fields.map(([field]) => field))
  for (const part of [batch.resources[row], batch.scopes[row], record])
    for (const { key, value } of part?.attributes.entries ?? []) {
      const shown = isField.has(key) ? `attributes.${key}` : key
      if (!snapshot.has(shown)) snapshot.set(shown, value)
    }
  return snapshot
}

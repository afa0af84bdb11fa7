// SPDX-License-Identifier: Apache-2.0
import { type AnyValue, keyTextOf } from '../../core/contract/any-value.js'
import { contentId } from '../../core/exporter/metadata/content-id.js'
import type { LogRecord, Resource, Scope } from '../../core/exporter/otlp/log-records.js'
import { logRecordText, resourceLogsText, scopeLogsText } from '../../core/exporter/otlp/otlp-json.js'
import type { OtelBatch } from './otel-batch.js'

/** A hash of everything that was received with a log record, including its resource and scope. Rule matches do not change it. */
export const logRecordId = (batch: OtelBatch, row: number): string =>
  contentId(
    resourceLogsText(
      batch.resources[row] as Resource,
      scopeLogsText(batch.scopes[row] as Scope, logRecordText(batch.records[row] as LogRecord)),
    ),
  )

/** The resource gives the host and the container; any other name is an attribute name. */
export function logRecordKey(name: string, batch: OtelBatch, row: number): string | undefined {
  if (name === 'host') return resourceText(batch, row, HOST_KEYS)
  if (name === 'container') return resourceText(batch, row, CONTAINER_KEYS)
  return keyTextOf(batch.attribute(name, row))
}

const HOST_KEYS = ['host.name', 'host.id', 'k8s.node.name']
const CONTAINER_KEYS = ['container.id', 'k8s.pod.uid', ...HOST_KEYS]

/** The value of the first of these attributes that the resource has. */
function resourceText(batch: OtelBatch, row: number, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = batch.resources[row]?.attributes.find(name)
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

/**
 * A log record as a flat map: its non-empty fields under their OTLP/JSON names, then all attributes by key. As in rules,
 * resource attributes take precedence over scope attributes, and these over attributes of the log record. An attribute that has
 * the name of a field is stored under `attributes.` and its name.
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

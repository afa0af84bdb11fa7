// SPDX-License-Identifier: Apache-2.0

import type { EvaluatedBatch, RuleMatches } from '../../core/contract/evaluated-batch.js'
import type { ChunkWriter, Encoder } from '../../core/contract/exporter.js'
import { Attributes, type LogRecord, NO_ATTRIBUTES, type Scope } from '../../core/exporter/otlp/log-records.js'
import { logRecordText, resourceLogsText, ruleMatchAttributes, scopeLogsText } from '../../core/exporter/otlp/otlp-json.js'
import { otelSeverityOf } from '../../core/exporter/otlp/otlp-severity.js'
import type { OtelBatch } from './otel-batch.js'

/**
 * Encodes log records as OTLP/JSON: one `ResourceLogs` per record, with its original resource and scope. If rules matched, a
 * second scope `sf-processor` has a log record that names them.
 */
export class OtelEncoder implements Encoder<OtelBatch> {
  readonly format = 'otel'

  encode(
    { records: batch, rows, matches: batchMatches }: EvaluatedBatch<OtelBatch>,
    from: number,
    to: number,
    into: ChunkWriter,
  ): void {
    for (let index = from; index < to; index++) {
      const row = rows[index] as number
      const record = batch.records[row] as LogRecord
      const recordScope = scopeLogsText(batch.scopes[row] as Scope, logRecordText(record))
      const matches = batchMatches[index] ?? null
      const scopes = matches === null ? recordScope : `${recordScope},${ruleMatchText(matches, record)}`
      into.text(resourceLogsText(batch.resources[row] as OtelBatch['resources'][number], scopes))
      into.finishRecord()
    }
  }
}

function ruleMatchText(matches: RuleMatches, { time, observed, traceId, spanId }: LogRecord): string {
  const severity = otelSeverityOf(matches)
  return scopeLogsText(
    PROCESSOR_SCOPE,
    logRecordText({
      time,
      observed,
      severity: severity.number,
      severityText: severity.text,
      body: undefined,
      attributes: new Attributes(ruleMatchAttributes(matches, RULE_MATCH_PREFIX)),
      dropped: 0,
      flags: 0,
      traceId,
      spanId,
      eventName: '',
    }),
  )
}

const RULE_MATCH_PREFIX = 'sf.processor'
const PROCESSOR_SCOPE: Scope = { name: 'sf-processor', version: '', attributes: NO_ATTRIBUTES, dropped: 0, schemaUrl: '' }

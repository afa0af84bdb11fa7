// SPDX-License-Identifier: Apache-2.0
import type { Encoder, PageWriter } from '../../core/contract/exporter.js'
import type { JudgedBatch, Verdict } from '../../core/contract/verdict.js'
import { Attributes, type LogRecord, NO_ATTRIBUTES, type Scope } from './log-records.js'
import type { OtelBatch } from './otel-batch.js'
import { logRecordText, resourceLogsText, scopeLogsText, verdictAttributes } from './otel-json.js'
import { severityOf } from './otel-severity.js'

/**
 * Log records as OTLP/JSON: one `ResourceLogs` a record, with the resource and scope that it came under. A scope
 * `sf-processor` stands beside that one where rules matched: its log record names them.
 */
export class OtelEncoder implements Encoder<OtelBatch> {
  readonly format = 'otel'

  encode({ records: batch, rows, verdicts }: JudgedBatch<OtelBatch>, from: number, to: number, into: PageWriter): void {
    for (let index = from; index < to; index++) {
      const row = rows[index] as number
      const record = batch.records[row] as LogRecord
      const own = scopeLogsText(batch.scopes[row] as Scope, logRecordText(record))
      const verdict = verdicts[index] ?? null
      const scopes = verdict === null ? own : `${own},${verdictText(verdict, record)}`
      into.text(resourceLogsText(batch.resources[row] as OtelBatch['resources'][number], scopes))
      into.finishRecord()
    }
  }
}

function verdictText(verdict: Verdict, { time, observed, traceId, spanId }: LogRecord): string {
  const severity = severityOf(verdict)
  return scopeLogsText(
    PROCESSOR,
    logRecordText({
      time,
      observed,
      severity: severity.number,
      severityText: severity.text,
      body: undefined,
      attributes: new Attributes(verdictAttributes(verdict)),
      dropped: 0,
      flags: 0,
      traceId,
      spanId,
      eventName: '',
    }),
  )
}

const PROCESSOR: Scope = { name: 'sf-processor', version: '', attributes: NO_ATTRIBUTES, dropped: 0, schemaUrl: '' }

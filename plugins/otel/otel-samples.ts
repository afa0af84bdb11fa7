// SPDX-License-Identifier: Apache-2.0
import type { SampleOptions, SampleRecords } from '../../core/contract/sample-records.js'
import { readJson } from '../../core/exporter/otlp/read-json.js'
import { OTEL_ADAPTER } from './otel-adapter.js'
import { OtelBatch } from './otel-batch.js'

/** Options for OpenTelemetry sample records. */
export interface OtelSampleOptions extends SampleOptions {
  /** OTLP/JSON log data; default: 40 log records of a gateway. */
  readonly logs?: string
}

export const OTEL_SAMPLES: SampleRecords<OtelSampleOptions> = {
  channels: [OTEL_ADAPTER.channel],
  adapters: [OTEL_ADAPTER],
  async batches(_channel, { logs = LOGS, batchSize = 16 }) {
    const whole = new OtelBatch()
    whole.append(readJson(logs), logs.length)
    const batches: OtelBatch[] = []
    for (let row = 0; row < whole.length; row++) {
      if (row % batchSize === 0) batches.push(new OtelBatch())
      const batch = batches.at(-1) as OtelBatch
      batch.resources.push(whole.resources[row] as never)
      batch.scopes.push(whole.scopes[row] as never)
      batch.records.push(whole.records[row] as never)
    }
    return batches
  },
}

const LOG = { timeUnixNano: '1709283600000000000', severityNumber: 9, body: { stringValue: 'GET /admin' } }
const LOGS = JSON.stringify({
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'host.name', value: { stringValue: 'worker-2' } }] },
      scopeLogs: [
        {
          scope: { name: 'gateway' },
          logRecords: Array.from({ length: 40 }, (_, number) => ({
            ...LOG,
            attributes: [{ key: 'http.response.status_code', value: { intValue: String(200 + number) } }],
          })),
        },
      ],
    },
  ],
})

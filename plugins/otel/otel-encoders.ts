// SPDX-License-Identifier: Apache-2.0
import type { EncoderPlugin } from '../../core/contract/plugin.js'
import { deferredEncoder } from '../../core/exporter/encoders/deferred-encoder.js'
import { prettyEncoder, prettyEncoderPlugin } from '../../core/exporter/encoders/pretty/pretty-plugin.js'
import { OTEL_ADAPTER } from './otel-adapter.js'

const COMMON = {
  kind: 'encoder',
  contract: 2,
  options: { type: 'object', additionalProperties: false, properties: {} },
  accepts: [OTEL_ADAPTER.channel],
} as const

const otelOtlp: EncoderPlugin = {
  ...COMMON,
  name: 'otel',
  summary: 'writes OpenTelemetry log records as JSON',
  create: () => deferredEncoder('otel', async () => new (await import('./otel-encoder.js')).OtelEncoder()),
}

const otelPretty: EncoderPlugin = {
  ...COMMON,
  name: 'pretty',
  summary: prettyEncoderPlugin.summary,
  isHumanReadable: true,
  create: (options, host) => prettyEncoder(options, host, async () => (await import('./pretty-log-record.js')).prettyLogRecord),
}

/** The encoders for log records, in the order of the reference page. */
export const OTEL_ENCODERS: readonly EncoderPlugin[] = [otelOtlp, otelPretty]

// SPDX-License-Identifier: Apache-2.0
import type { Family } from '../../core/contract/family.js'

/** OpenTelemetry: log records. */
export const otel: Family = {
  name: 'otel',
  async plugins() {
    const [{ otelFileDriver, otelKafkaDriver }, { OTEL_ENCODERS }] = await Promise.all([
      import('./otel-plugins.js'),
      import('./otel-encoders.js'),
    ])
    return [otelFileDriver, otelKafkaDriver, ...OTEL_ENCODERS]
  },
  adapters: async () => [(await import('./otel-adapter.js')).OTEL_ADAPTER],
  errors: async () => (await import('./errors.js')).OTEL_ERRORS,
}

// SPDX-License-Identifier: Apache-2.0
import type { Family } from '../../core/contract/family.js'

/** OpenTelemetry: log records. */
export const otel: Family = {
  name: 'otel',
  async plugins() {
    const { otelFileDriver, otelKafkaDriver } = await import('./otel-plugins.js')
    return [otelFileDriver, otelKafkaDriver]
  },
  adapters: async () => [(await import('./otel-adapter.js')).OTEL_ADAPTER],
}

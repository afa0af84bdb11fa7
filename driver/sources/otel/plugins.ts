// SPDX-License-Identifier: Apache-2.0
import type { DriverPlugin } from '../../../core/contract/plugin.js'
import { deferredDriver } from '../deferred.js'

export const otelFileDriver: DriverPlugin = {
  kind: 'driver',
  name: 'otelfile',
  contract: 1,
  summary:
    'reads log records of OpenTelemetry in JSON from files, and folders of files in natural order: one object a line, one array, or the dump of the original',
  options: { type: 'object', additionalProperties: false, properties: {} },
  offers: ['otelchan'],
  create: (_options, paths, host) =>
    deferredDriver(async ledger => new (await import('./otel-file.js')).OtelFileDriver(paths, host, ledger)),
}

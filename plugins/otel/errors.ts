// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../core/contract/error-catalogue.js'
import { defineErrors } from '../../core/errors/fault.js'

export const OTEL_ERRORS = {
  SFP_OTEL_DATA: {
    what: 'invalid OpenTelemetry log data: {reason}',
    hint: 'send OTLP logs (LogsData or ResourceLogs), as JSON or in the configured encoding',
  },
  SFP_OTEL_TOO_LARGE: {
    what: 'one value has more than {limit} bytes',
    hint: 'write several smaller values, one per line',
  },
} as const satisfies ErrorCatalogue

/** Creates a fault with one of the codes above. */
export const otelFault = defineErrors(OTEL_ERRORS)

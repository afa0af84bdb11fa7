// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../core/contract/error-catalogue.js'
import { defineErrors } from '../../core/errors/fault.js'

export const OTEL_ERRORS = {
  SFP_OTEL_DATA: {
    what: 'this is no log data of OpenTelemetry: {reason}',
    hint: 'send OTLP logs: LogsData or ResourceLogs, in JSON or as the encoding that is set.',
  },
  SFP_OTEL_TOO_LARGE: {
    what: 'one value has more than {limit} bytes',
    hint: 'write several smaller ones, one a line.',
  },
} as const satisfies ErrorCatalogue

/** Creates a fault with one of the codes above. */
export const otelFault = defineErrors(OTEL_ERRORS)

// SPDX-License-Identifier: Apache-2.0

import { OTEL_ADAPTER } from '../../../plugins/otel/otel-adapter.js'
import { SYSFLOW_ADAPTER } from '../../../plugins/sysflow/attributes/sysflow-adapter.js'
import { ANY_CHANNEL, type EncoderHost, type EncoderPlugin, type Options } from '../../contract/plugin.js'
import { readNumber, readText } from '../read-options.js'
import { deferredEncoder } from './deferred-encoder.js'
import { prettyEncoder } from './pretty/pretty-plugin.js'

const SYSFLOW_CHANNELS = [SYSFLOW_ADAPTER.evaluatedChannel, SYSFLOW_ADAPTER.channel]

/** Their settings are the exporter's own: older pipeline files have them under these names. */
const NO_OPTIONS = { type: 'object', additionalProperties: false, properties: {} } as const

const jsonEncoder: EncoderPlugin = {
  kind: 'encoder',
  name: 'json',
  contract: 2,
  summary: 'writes JSON: SysFlow as its first release did, records of other kinds as objects of one level',
  options: NO_OPTIONS,
  accepts: [...SYSFLOW_CHANNELS, ANY_CHANNEL],
  create(options, { inputType = SYSFLOW_ADAPTER.evaluatedChannel, records, disabledOptimizations }) {
    const schema = readNumber(options, 'jsonschemaversion') || 5
    return deferredEncoder('json', async () => {
      if (!SYSFLOW_CHANNELS.includes(inputType)) return new (await import('./plain-json-encoder.js')).PlainJsonEncoder(records)
      if (options.flat === true)
        return new (await import('../../../plugins/sysflow/encoders/flat-json-encoder.js')).FlatJsonEncoder(
          schema,
          disabledOptimizations,
        )
      return new (await import('../../../plugins/sysflow/encoders/json-encoder.js')).JsonEncoder(schema, disabledOptimizations)
    })
  },
}

const ecsEncoder: EncoderPlugin = {
  kind: 'encoder',
  name: 'ecs',
  contract: 2,
  summary: 'writes documents of the Elastic Common Schema',
  options: NO_OPTIONS,
  accepts: SYSFLOW_CHANNELS,
  create: (options, host) =>
    deferredEncoder('ecs', async () => {
      const { EcsEncoder } = await import('../../../plugins/sysflow/encoders/ecs-encoder.js')
      return new EcsEncoder(productVersion(options, host), readText(options, 'ecsversion') || '8.2')
    }),
}

const otelEncoder: EncoderPlugin = {
  kind: 'encoder',
  name: 'otel',
  contract: 2,
  summary: 'writes log records of OpenTelemetry, as JSON',
  options: NO_OPTIONS,
  accepts: [...SYSFLOW_CHANNELS, OTEL_ADAPTER.channel],
  create: (options, host) =>
    host.inputType === OTEL_ADAPTER.channel
      ? deferredEncoder('otel', async () => new (await import('../../../plugins/otel/otel-encoder.js')).OtelEncoder())
      : deferredEncoder('otel', async () => {
          const { SysFlowOtelEncoder } = await import('../../../plugins/sysflow/encoders/otel-sysflow-encoder.js')
          return new SysFlowOtelEncoder(productVersion(options, host))
        }),
}

const productVersion = (options: Options, { version }: EncoderHost): string => readText(options, 'version') || version

/** The encoders that are built in, in the order of the reference page. */
export const BUILT_IN_ENCODERS: readonly EncoderPlugin[] = [jsonEncoder, ecsEncoder, otelEncoder, prettyEncoder]

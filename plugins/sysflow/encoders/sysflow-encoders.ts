// SPDX-License-Identifier: Apache-2.0
import type { EncoderHost, EncoderPlugin, Options } from '../../../core/contract/plugin.js'
import { deferredEncoder } from '../../../core/exporter/encoders/deferred-encoder.js'
import { prettyEncoder, prettyEncoderPlugin } from '../../../core/exporter/encoders/pretty/pretty-plugin.js'
import { readNumber, readText } from '../../../core/exporter/read-options.js'
import { SYSFLOW_ADAPTER } from '../attributes/sysflow-adapter.js'

/** Settings of the first release, such as `flat`, belong to the exporter. */
const COMMON = {
  kind: 'encoder',
  contract: 2,
  options: { type: 'object', additionalProperties: false, properties: {} },
  accepts: [SYSFLOW_ADAPTER.evaluatedChannel, SYSFLOW_ADAPTER.channel],
} as const

const sysflowJson: EncoderPlugin = {
  ...COMMON,
  name: 'json',
  summary: 'writes JSON: SysFlow records in the original format, other records as flat objects',
  create(options, { disabledOptimizations }) {
    const schema = readNumber(options, 'jsonschemaversion') || 5
    return deferredEncoder('json', async () => {
      if (options.flat === true)
        return new (await import('./flat-json-encoder.js')).FlatJsonEncoder(schema, disabledOptimizations)
      return new (await import('./json-encoder.js')).JsonEncoder(schema, disabledOptimizations)
    })
  },
}

const sysflowEcs: EncoderPlugin = {
  ...COMMON,
  name: 'ecs',
  summary: 'writes documents in the Elastic Common Schema (ECS)',
  create: (options, host) =>
    deferredEncoder('ecs', async () => {
      const { EcsEncoder } = await import('./ecs-encoder.js')
      return new EcsEncoder(productVersion(options, host), readText(options, 'ecsversion') || '8.2')
    }),
}

const sysflowOtel: EncoderPlugin = {
  ...COMMON,
  name: 'otel',
  summary: 'writes OpenTelemetry log records as JSON',
  create: (options, host) =>
    deferredEncoder('otel', async () => {
      const { SysFlowOtelEncoder } = await import('./otel-sysflow-encoder.js')
      return new SysFlowOtelEncoder(productVersion(options, host))
    }),
}

const sysflowPretty: EncoderPlugin = {
  ...COMMON,
  name: 'pretty',
  summary: prettyEncoderPlugin.summary,
  isHumanReadable: true,
  create: (options, host) =>
    prettyEncoder(options, host, async () => (await import('./pretty-sysflow-record.js')).prettySysFlowRecord),
}

const productVersion = (options: Options, { version }: EncoderHost): string => readText(options, 'version') || version

/** The encoders for SysFlow, in the order of the reference page. */
export const SYSFLOW_ENCODERS: readonly EncoderPlugin[] = [sysflowJson, sysflowEcs, sysflowOtel, sysflowPretty]

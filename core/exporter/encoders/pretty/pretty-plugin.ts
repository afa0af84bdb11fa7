// SPDX-License-Identifier: Apache-2.0

import { OTEL_ADAPTER } from '../../../../plugins/otel/otel-adapter.js'
import { SYSFLOW_ADAPTER } from '../../../../plugins/sysflow/attributes/sysflow-adapter.js'
import { ANY_CHANNEL, type EncoderPlugin } from '../../../contract/plugin.js'
import { deferredEncoder } from '../deferred-encoder.js'

export const prettyEncoder: EncoderPlugin = {
  kind: 'encoder',
  name: 'pretty',
  contract: 2,
  summary:
    'shows alerts to people: a headline and a few lines for each, in colours on a terminal; records without a rule on one line',
  isHumanReadable: true,
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      'pretty.time': { type: 'string', enum: ['local', 'utc'], default: 'local', description: 'Which time is shown.' },
      'pretty.width': {
        type: 'integer',
        minimum: 0,
        maximum: 1000,
        default: 0,
        description:
          'Columns of a line; what is longer is cut. 0: those of the terminal, or 100 where there is none; never under 40.',
      },
    },
    examples: [{ export: 'terminal', format: 'pretty', 'pretty.time': 'utc' }],
  },
  accepts: [SYSFLOW_ADAPTER.evaluatedChannel, SYSFLOW_ADAPTER.channel, OTEL_ADAPTER.channel, ANY_CHANNEL],
  create: (options, host) =>
    deferredEncoder('pretty', async () => {
      const { prettyEncoderFor } = await import('./pretty-encoder.js')
      return prettyEncoderFor(options, host)
    }),
}

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { Encoder } from '../../../contract/exporter.js'
import { ANY_CHANNEL, type EncoderHost, type EncoderPlugin, type Options } from '../../../contract/plugin.js'
import { deferredEncoder } from '../deferred-encoder.js'
import type { DescribeRecord } from './pretty-encoder.js'

/** The encoder `pretty` for records of any kind, and the settings of all encoders of that name. */
export const prettyEncoderPlugin: EncoderPlugin = {
  kind: 'encoder',
  name: 'pretty',
  contract: 2,
  summary:
    'writes human-readable alerts: a headline and a few lines each, with colors on a terminal; records without a rule on one line',
  isHumanReadable: true,
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      'pretty.time': {
        type: 'string',
        enum: ['local', 'utc'],
        default: 'local',
        description: 'Time zone of the displayed time.',
      },
      'pretty.width': {
        type: 'integer',
        minimum: 0,
        maximum: 1000,
        default: 0,
        description:
          'Line width in columns; longer lines are cut. 0: width of the terminal, or 100 without a terminal. Minimum 40.',
      },
    },
    examples: [{ export: 'terminal', format: 'pretty', 'pretty.time': 'utc' }],
  },
  accepts: [ANY_CHANNEL],
  create: (options, host) => prettyEncoder(options, host),
}

/**
 * An encoder `pretty`. `loadDescription` loads the function that describes the records of a family; without it the encoder shows
 * their attributes.
 */
export const prettyEncoder = <B extends Batch>(
  options: Options,
  host: EncoderHost,
  loadDescription?: () => Promise<DescribeRecord<B>>,
): Encoder<B> =>
  deferredEncoder('pretty', async () => {
    const [{ createPrettyEncoder }, describe] = await Promise.all([import('./pretty-encoder.js'), loadDescription?.()])
    return createPrettyEncoder(options, host, describe)
  })

// SPDX-License-Identifier: Apache-2.0
import type { Handler, HandlerPlugin } from 'sfprocessor/sysflow'

/** Logs events of one type and passes all events on. */
export const plugin: HandlerPlugin = {
  kind: 'handler',
  name: 'sample',
  contract: 2,
  summary: 'logs events of one type and passes all events on',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      'sample.type': {
        type: 'string',
        enum: ['PE', 'NF', 'FF', 'FE', 'KE'],
        default: 'NF',
        description: 'Record type to log.',
      },
    },
    examples: [{ 'sample.type': 'PE' }],
  },
  // A handler that offers nothing ends the pipeline; its `events` releases each batch.
  offers: ['flattenerchan'],
  create: (options, host): Handler => ({
    events(batch) {
      for (const record of host.records(batch))
        if (record.text('sf.type') === options['sample.type'])
          host.log.info(`${record.text('sf.opflags')} by ${record.text('sf.proc.exe')}`)
      return batch
    },
  }),
}

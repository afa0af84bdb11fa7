// SPDX-License-Identifier: Apache-2.0
import type { Components, OptionsSchema, ProcessorPlugin } from '../../core/contract/plugin.js'
import { sumReports } from '../../core/contract/report.js'
import { Fault } from '../../core/errors/fault.js'
import { containedHandler, handlerOf, offersOfHandlers, withHandlerOptions } from './handlers.js'
import { Flattener } from './reader/flattener.js'
import { BATCH_ROWS } from './reader/record-batch.js'
import { SysFlowReader } from './reader/sysflow-reader.js'

/** The processor `sysflowreader`, with the registered handlers. */
export const sysflowReader = (components: Components): ProcessorPlugin => ({
  kind: 'processor',
  name: 'sysflowreader',
  contract: 2,
  summary: 'Decodes SysFlow records, stores entities and passes events to a handler.',
  get options(): OptionsSchema {
    return { ...OPTIONS, properties: withHandlerOptions(OPTIONS.properties, components) }
  },
  accepts: ['sysflowchan'],
  get offers(): readonly string[] {
    return offersOfHandlers(components)
  },
  offersWith: options => handlerOf(options, components).offers,
  isPartitionable: true,
  subcomponents: options => [handlerOf(options, components)],
  /** `entities` has the table sizes of the last trace. */
  mergeReports: reports => ({ ...sumReports(reports), entities: reports.at(-1)?.entities }),
  create(options, host) {
    // The program has no rate limiter (docs/compatibility.md). To ignore the setting would send records that the user wants to
    // suppress, so it is an error.
    if (['on', 'true', '1'].includes(String(options['filter.enabled'])))
      throw new Fault('SFP_PIPELINE_NO_LIMITER', {}, { where: host.stage })
    const rows = typeof options.batch === 'number' ? options.batch : BATCH_ROWS
    return new SysFlowReader(new Flattener(rows, host.disabledOptimizations), host, containedHandler(options, host, components))
  },
})

const OPTIONS: OptionsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    batch: {
      type: 'integer',
      minimum: 1,
      maximum: 65536,
      description: 'Maximum number of records per batch. It affects memory and speed, not the output.',
      default: BATCH_ROWS,
    },
    'filter.enabled': {
      type: 'string',
      enum: ['off', 'false', '0', 'on', 'true', '1'],
      description: 'Drops records that were seen shortly before. This release supports only off.',
      default: 'off',
    },
    'filter.maxage': { type: 'integer', minimum: 0, description: 'Rate limiter interval in seconds. Has no effect.' },
  },
  examples: [{ handler: 'flattener' }],
}

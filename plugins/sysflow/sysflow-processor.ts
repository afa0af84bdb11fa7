// SPDX-License-Identifier: Apache-2.0
import type { Components, OptionsSchema, ProcessorPlugin } from '../../core/contract/plugin.js'
import { CONTEXT_CHANNEL, containedHandler, handlerOf, offersOfHandlers, withHandlerOptions } from './handlers.js'
import { SysFlowDispatcher } from './reader/sysflow-dispatcher.js'

/** The processor `sysflowprocessor`, with the registered handlers. */
export const sysflowProcessor = (components: Components): ProcessorPlugin => ({
  kind: 'processor',
  name: 'sysflowprocessor',
  contract: 2,
  summary: 'Passes the events of a sysflowreader to another handler.',
  get options(): OptionsSchema {
    return {
      type: 'object',
      additionalProperties: false,
      properties: withHandlerOptions({}, components),
      examples: [{ handler: 'flattener' }],
    }
  },
  accepts: [CONTEXT_CHANNEL],
  get offers(): readonly string[] {
    return offersOfHandlers(components)
  },
  offersWith: options => handlerOf(options, components).offers,
  isPartitionable: true,
  subcomponents: options => [handlerOf(options, components)],
  create: (options, host) => new SysFlowDispatcher(host, containedHandler(options, host, components)),
})

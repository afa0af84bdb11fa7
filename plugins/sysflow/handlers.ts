// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../core/contract/batch.js'
import type { Host } from '../../core/contract/host.js'
import { isObject } from '../../core/contract/objects.js'
import type { Components, GenericHandlerPlugin, Options, OptionsSchema } from '../../core/contract/plugin.js'
import { recordsIn } from '../../core/contract/record-view.js'
import { nearest } from '../../core/errors/nearest.js'
import { wrapPluginError } from '../../core/errors/plugin-error.js'
import { SYSFLOW_ADAPTER } from './attributes/sysflow-adapter.js'
import { sysflowFault } from './errors.js'
import type { EventColumns } from './reader/event-columns.js'
import type { Handler, HandlerPlugin } from './reader/handler.js'
import { IsolatedHandler } from './reader/isolated-handler.js'

/** Channel of events with their entities, before a handler has processed them. */
export const CONTEXT_CHANNEL = 'ctxchan'

/** The default handler of a stage. */
export const flattenerHandler: HandlerPlugin = {
  kind: 'handler',
  name: 'flattener',
  contract: 2,
  summary: 'outputs events as flat records for rules and exporters',
  options: { type: 'object', additionalProperties: false, properties: {} },
  offers: [SYSFLOW_ADAPTER.channel],
  adapters: [SYSFLOW_ADAPTER],
  isPartitionable: true,
  create: () => ({}),
}

export const contextHandler: HandlerPlugin = {
  kind: 'handler',
  name: 'context',
  contract: 2,
  summary: 'outputs events to `sysflowprocessor` stages, so that several handlers receive the same events',
  options: { type: 'object', additionalProperties: false, properties: {} },
  offers: [CONTEXT_CHANNEL],
  isPartitionable: true,
  create: () => ({}),
}

/** The settings of a stage with a handler: the stage's own, those that select the handler, and those of all handlers. */
export const withHandlerOptions = (
  stageOptions: OptionsSchema['properties'],
  components: Components,
): OptionsSchema['properties'] => ({
  handler: { type: 'string', description: 'Handler of the events: flattener or another handler.', default: 'flattener' },
  ...stageOptions,
  handlerdir: {
    type: 'string',
    deprecatedNames: ['handlerlibpath'],
    description:
      'Directory of handler plugins, relative to the pipeline file. -handlerdir and SFPROCESSOR_HANDLERDIR override it.',
  },
  ...Object.assign({}, ...components.all('handler').map(({ options }) => options.properties)),
})

export const offersOfHandlers = (components: Components): readonly string[] => [
  ...new Set(components.all('handler').flatMap(({ offers }) => offers)),
]

/** Throws a fault whose detail `key` is the setting that names the handler. */
export function handlerOf(options: Options, components: Components): GenericHandlerPlugin {
  const name = String(options.handler ?? 'flattener')
  const handlers = components.all('handler')
  const handler = handlers.find(candidate => candidate.name === name)
  if (handler) return handler
  const known = handlers.map(candidate => candidate.name)
  throw sysflowFault('SFP_READER_UNKNOWN_HANDLER', {
    key: 'handler',
    name,
    nearest: nearest(name, known) ?? '',
    known: known.join(', '),
  })
}

export function containedHandler(options: Options, host: Host, components: Components): IsolatedHandler {
  const plugin = handlerOf(options, components)
  return new IsolatedHandler(plugin.name, createHandler(plugin, options, host), host)
}

function createHandler(plugin: GenericHandlerPlugin, options: Options, host: Host): Handler {
  try {
    const handler: unknown = plugin.create(ownOptions(plugin, options), handlerHost(host))
    // Plugins may be written in JavaScript, so the type is checked.
    if (!isObject(handler)) throw new TypeError('it returned nothing')
    if ('then' in handler) throw new TypeError('it returned a promise, but must return a value')
    return handler
  } catch (error) {
    throw wrapPluginError(plugin, 'create', error, host.stage)
  }
}

/** A handler does not get the settings of its stage or of other handlers. */
const ownOptions = ({ options: { properties } }: GenericHandlerPlugin, options: Options): Options =>
  Object.fromEntries(Object.entries(options).filter(([key]) => Object.hasOwn(properties, key)))

/** A handler reads rows of events, whatever the input of its stage is. */
const handlerHost = (host: Host): Host => ({
  ...host,
  inputType: SYSFLOW_ADAPTER.channel,
  records: (batch: Batch, from, to) => recordsIn(batch as EventColumns, SYSFLOW_ADAPTER, from, to),
})

// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../core/contract/batch.js'
import type { Handler } from '../../core/contract/handler.js'
import type { Components, HandlerPlugin, Options, OptionsSchema, ProcessorPlugin } from '../../core/contract/plugin.js'
import { recordsIn } from '../../core/contract/record-view.js'
import { addedReports } from '../../core/contract/report.js'
import type { Host } from '../../core/contract/stage.js'
import { Fault } from '../../core/errors/fault.js'
import { nearest } from '../../core/errors/nearest.js'
import { pluginFault } from '../../core/errors/plugin-fault.js'
import { Flattener } from '../../core/record/flattener.js'
import { BATCH_ROWS } from '../../core/record/record-batch.js'
import { SYSFLOW_SOURCE } from '../../core/record/source.js'
import { ContainedHandler } from '../../core/sysflow/contained-handler.js'
import type { EventColumns } from '../../core/sysflow/event-columns.js'
import { SysFlowReader } from '../../core/sysflow/reader.js'
import type { SysFlowEntity } from '../../core/sysflow/sysflow-entity.js'

/** The handler that a reader has unless its settings name another. */
export const flattenerHandler: HandlerPlugin = {
  kind: 'handler',
  name: 'flattener',
  contract: 1,
  summary: 'passes events on as flat records, for rules and exporters',
  options: { type: 'object', additionalProperties: false, properties: {} },
  offers: [SYSFLOW_SOURCE.channel],
  sources: [SYSFLOW_SOURCE],
  perTrace: true,
  create: () => ({}),
}

/** The processor `sysflowreader`, with the handlers that are known. */
export const sysflowReader = (components: Components): ProcessorPlugin => ({
  kind: 'processor',
  name: 'sysflowreader',
  contract: 1,
  summary: 'Decodes SysFlow records, files the entities and hands the events to a handler.',
  get options(): OptionsSchema {
    return { ...OPTIONS, properties: { ...OPTIONS.properties, ...optionsOfAll(components.all('handler')) } }
  },
  accepts: ['sysflowchan'],
  get offers(): readonly string[] {
    return [...new Set(components.all('handler').flatMap(({ offers }) => offers))]
  },
  offersWith: options => handlerOf(options, components).offers,
  perTrace: true,
  parts: options => [handlerOf(options, components)],
  /** The tables are those of the last trace. */
  mergeReports: reports => ({ ...addedReports(reports), entities: reports.at(-1)?.entities }),
  create(options, host) {
    // Passing on what its user wants suppressed would be no less wrong than suppressing what nobody asked for.
    if (['on', 'true', '1'].includes(String(options['filter.enabled'])))
      throw new Fault('SFP_PIPELINE_NO_LIMITER', {}, { where: host.stage })
    const rows = typeof options.batch === 'number' ? options.batch : BATCH_ROWS
    const handler = handlerOf(options, components)
    const contained = new ContainedHandler(handler.name, made(handler, options, host), host)
    return new SysFlowReader(new Flattener(rows, host.without), host, contained)
  },
})

/** Throws a fault whose detail `key` is the key that names it. */
function handlerOf(options: Options, components: Components): HandlerPlugin {
  const name = String(options.handler ?? 'flattener')
  const handlers = components.all('handler')
  const handler = handlers.find(candidate => candidate.name === name)
  if (handler) return handler
  const known = handlers.map(candidate => candidate.name)
  throw new Fault('SFP_READER_UNKNOWN_HANDLER', {
    key: 'handler',
    name,
    nearest: nearest(name, known) ?? '',
    known: known.join(', '),
  })
}

function made(plugin: HandlerPlugin, options: Options, host: Host): Handler<EventColumns, SysFlowEntity> {
  try {
    return plugin.create(options, handlerHost(host))
  } catch (error) {
    throw pluginFault(plugin, 'create', error, host.stage)
  }
}

/** A handler reads what the reader has made of its blocks. */
const handlerHost = (host: Host): Host => ({
  ...host,
  inputType: SYSFLOW_SOURCE.channel,
  records: (batch: Batch, from, to) => recordsIn(batch as EventColumns, SYSFLOW_SOURCE, from, to),
})

const optionsOfAll = (handlers: readonly HandlerPlugin[]): OptionsSchema['properties'] =>
  Object.assign({}, ...handlers.map(({ options }) => options.properties))

const OPTIONS: OptionsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    handler: { type: 'string', description: 'What is made of the events: flattener, or a handler plugin.', default: 'flattener' },
    batch: {
      type: 'integer',
      minimum: 1,
      maximum: 65536,
      description: 'Records that are passed on at once, at most. It changes memory and speed, never what comes out.',
      default: BATCH_ROWS,
    },
    'filter.enabled': {
      type: 'string',
      enum: ['off', 'false', '0', 'on', 'true', '1'],
      description: 'Drops records seen shortly before. Only off is part of this release.',
      default: 'off',
    },
    'filter.maxage': { type: 'integer', minimum: 0, description: 'For how many seconds; has no effect yet.' },
    handlerdir: {
      type: 'string',
      formerly: ['handlerlibpath'],
      description: 'Folder of handler plugins, as seen from the pipeline file. -handlerdir and SFPROCESSOR_HANDLERDIR beat it.',
    },
  },
  examples: [{ handler: 'flattener' }],
}

// SPDX-License-Identifier: Apache-2.0

import type { Writable } from 'node:stream'
import type { Framing, Transport } from '../contract/exporter.js'
import type { Host } from '../contract/host.js'
import type { Components, Options, Screen, TransportPlugin } from '../contract/plugin.js'
import { Fault } from '../errors/fault.js'
import type { RecordPrefixes } from '../spool/record-prefixes.js'
import type { ReadLimits } from '../spool/segment.js'
import { createPart } from './create-part.js'
import { type PreparedDelivery, prepareDelivery, readLimitsOf } from './delivery/prepare-delivery.js'
import type { RetrySettings } from './delivery/retry-backoff.js'
import { type ExporterOptions, exporterOptions } from './exporter-options.js'
import { GuardedTransport } from './guarded-transport.js'
import { withSecrets } from './secrets.js'

/** The dependencies of an exporter in the program that runs it. */
export interface ExporterDependencies {
  /** The output of the terminal transport: the process's standard output. */
  readonly stdout: Writable
  /** Properties of the terminal that shows `stdout`. */
  readonly screen?: Screen | undefined
  /** Version of the product, for ECS output. */
  readonly version: string
}

/** The context of a stage: the program, its components, the host that the pipeline supplies. */
export interface ExporterContext extends ExporterDependencies {
  readonly components: Components
  readonly host: Host
}

/** The target of an exporter without its spool, for the replay of encoded records from a folder. */
export interface ReplayTarget {
  readonly transport: Transport
  readonly retry: RetrySettings
  readonly readLimits: ReadLimits
  readonly prefixes: RecordPrefixes
}

/** `framing`: the framing of the records in the folder. */
export function replayTargetFor(rawOptions: Options, context: ExporterContext, framing: Framing): ReplayTarget {
  const { components, host } = context
  const options = exporterOptions(rawOptions, components, () => {})
  if (options.transport === 'null') throw new Fault('SFP_SPOOL_STAGE', { stage: host.stage })
  const plugin = transportPluginNamed(options.transport, components)
  return {
    transport: transportFactory(options, rawOptions, context, framing)(),
    retry: options.retry,
    readLimits: readLimitsOf(plugin.batching?.(rawOptions)),
    prefixes: prefixesFor(plugin, rawOptions),
  }
}

/** The transport of an exporter with its optional spool, its retry settings and its dead letters. */
export function deliveryFor(
  options: ExporterOptions,
  rawOptions: Options,
  context: ExporterContext,
  framing: Framing = 'lines',
): PreparedDelivery {
  const plugin = transportPluginNamed(options.transport, context.components)
  const target = {
    create: transportFactory(options, rawOptions, context, framing),
    batchPolicy: plugin.batching?.(rawOptions),
    prefixes: prefixesFor(plugin, rawOptions),
  }
  return prepareDelivery(target, rawOptions, options.retry, context.host)
}

/** The prefixes that the records of a transport had before ids and keys were metadata. */
const prefixesFor = (plugin: TransportPlugin, rawOptions: Options): RecordPrefixes => ({
  ids: plugin.needsDocumentId ?? false,
  keys: plugin.partitionKey?.(rawOptions) !== undefined,
})

export function transportPluginNamed(name: string, components: Components): TransportPlugin {
  const plugin = components.all('transport').find(candidate => candidate.name === name)
  if (!plugin) throw new Error(`no transport is called ${name}`)
  return plugin
}

/** Returns a function that creates a transport with each call. Warnings about the options are reported once. */
function transportFactory(
  { transport: name, format }: ExporterOptions,
  rawOptions: Options,
  { components, host, stdout, version }: ExporterContext,
  framing: Framing,
): () => Transport {
  const plugin = transportPluginNamed(name, components)
  if (plugin.formats && !plugin.formats.includes(format))
    throw new Fault('SFP_EXPORT_PAIR', { transport: name, format, known: plugin.formats.join(', ') })
  const optionsWithSecrets = withSecrets(rawOptions, plugin)
  for (const fault of plugin.warnings?.(optionsWithSecrets) ?? []) host.reportFault(fault, false)
  const report = (fault: Error, lostData: boolean): void => host.reportFault(fault, lostData)
  return () => {
    const transport = createPart(plugin, ['open', 'send', 'close'], () =>
      plugin.create(optionsWithSecrets, { ...host, stdout, version, format, framing }),
    )
    return new GuardedTransport(name, transport, report)
  }
}

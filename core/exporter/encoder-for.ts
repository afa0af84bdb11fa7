// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { Encoder } from '../contract/exporter.js'
import { ANY_CHANNEL, type Components, type EncoderHost, type EncoderPlugin, type Options } from '../contract/plugin.js'
import { Fault } from '../errors/fault.js'
import { wrapPluginError } from '../errors/plugin-error.js'
import { createPart } from './create-part.js'
import { availableFormats, type ExporterOptions } from './exporter-options.js'
import { hasPartitionKey, MetaWriter } from './metadata/meta-writer.js'
import { type ExporterContext, transportPluginNamed } from './transport-for.js'

/** The encoder that an exporter uses: the one of its format for the channel type of its input. */
export function encoderFor(
  options: ExporterOptions,
  rawOptions: Options,
  { components, version, screen, host }: ExporterContext,
): Encoder<Batch> {
  const type = host.inputType ?? ''
  const plugin = findEncoderPlugin(options.format, type, components)
  if (!plugin) throw new Fault('SFP_EXPORT_FORMAT_CHANNEL', { type, format: options.format, known: formatsFor(type, components) })
  const { name: transport, isHumanReadable } = transportPluginNamed(options.transport, components)
  if (plugin.isHumanReadable && !isHumanReadable)
    throw new Fault('SFP_EXPORT_FOR_PEOPLE', { key: 'format', transport, format: options.format })
  const adapter = components.adapter(type)
  // The channel type decides which batches arrive; the type system cannot express that.
  return createEncoder(plugin, rawOptions, { ...host, version, screen, adapter }) as Encoder<Batch>
}

/** Writes the ids, times and keys that the transport needs; undefined if it needs none. */
export function metaWriterFor(
  { transport: name }: ExporterOptions,
  rawOptions: Options,
  { components, host }: ExporterContext,
): MetaWriter<Batch> | undefined {
  const plugin = transportPluginNamed(name, components)
  const { needsDocumentId: ids = false, needsTime: times = false } = plugin
  const key = plugin.partitionKey?.(rawOptions)
  if (!ids && !times && key === undefined) return undefined
  const adapter = components.adapter(host.inputType)
  if (key !== undefined && !hasPartitionKey(adapter, key))
    throw new Fault('SFP_EXPORT_NO_KEYS', { transport: name, type: host.inputType ?? '', key })
  return new MetaWriter({ ids, times, key }, adapter)
}

/** Checks that the format of the encoder is the name of the plugin, since faults and metrics are reported under it. */
function createEncoder(plugin: EncoderPlugin, options: Options, host: EncoderHost): Encoder<never> {
  const encoder = createPart(plugin, ['encode'], () => plugin.create(options, host))
  if (encoder.format === plugin.name) return encoder
  throw wrapPluginError(plugin, 'create', new TypeError(`the format of the encoder is "${encoder.format}"`))
}

/** Every channel type whose records at least one encoder writes. */
export function acceptedChannels(components: Components): readonly string[] {
  const named = components.all('encoder').flatMap(({ accepts }) => accepts)
  const listable = components.adapters.flatMap(({ evaluatedChannel, channel }) =>
    [evaluatedChannel, channel].filter(type => canListAttributes(type, components)),
  )
  return [...new Set([...named, ...(named.includes(ANY_CHANNEL) ? listable : [])])].filter(type => type !== ANY_CHANNEL)
}

/** An encoder that names the channel type takes precedence over one for records of any kind. */
function findEncoderPlugin(format: string, type: string, components: Components): EncoderPlugin | undefined {
  const named = components.all('encoder').filter(({ name }) => name === format)
  return (
    named.find(({ accepts }) => accepts.includes(type)) ??
    (canListAttributes(type, components) ? named.find(({ accepts }) => accepts.includes(ANY_CHANNEL)) : undefined)
  )
}

/** Whether all attributes of a record of this channel type can be listed. */
function canListAttributes(type: string, components: Components): boolean {
  const adapter = components.adapter(type)
  return adapter !== undefined && (adapter.snapshot !== undefined || !adapter.attributes.isOpen)
}

const formatsFor = (type: string, components: Components): string =>
  availableFormats(components)
    .filter(format => findEncoderPlugin(format, type, components))
    .join(', ')

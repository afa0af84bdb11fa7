// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { Encoder } from '../contract/exporter.js'
import { ANY_CHANNEL, type Components, type EncoderHost, type EncoderPlugin, type Options } from '../contract/plugin.js'
import { Fault } from '../errors/fault.js'
import { pluginFault } from '../errors/plugin-fault.js'
import { identifiedEncoder, keyedEncoder } from './encoders/record-keys.js'
import { made } from './made.js'
import { type ExporterOptions, formatNames } from './options.js'
import { transportNamed, type Within } from './target.js'

/** What an exporter writes its records with: the encoder of its format, and before each record what its target asks for. */
export function encoderFor(
  options: ExporterOptions,
  given: Options,
  { components, version, screen, host }: Within,
): Encoder<Batch> {
  const type = host.inputType ?? ''
  const plugin = encoderPlugin(options.format, type, components)
  if (!plugin) throw new Fault('SFP_EXPORT_FORMAT_CHANNEL', { type, format: options.format, known: formatsOf(type, components) })
  const { name: transport, isIdentified, isForPeople, keyName } = transportNamed(options.transport, components)
  if (plugin.isForPeople && !isForPeople)
    throw new Fault('SFP_EXPORT_FOR_PEOPLE', { key: 'format', transport, format: options.format })
  let encoder: Encoder<never> | undefined = encoderOf(plugin, given, { ...host, version, screen })
  if (isIdentified) encoder = identifiedEncoder(encoder, type)
  if (!encoder) throw new Fault('SFP_EXPORT_NO_IDS', { transport, type })
  const key = keyName?.(given)
  if (key) encoder = keyedEncoder(encoder, type, key)
  if (!encoder) throw new Fault('SFP_EXPORT_NO_KEYS', { transport, type, key: key ?? '' })
  // Whoever made the channel knows of the batches that it carries what cannot be said here.
  return encoder as Encoder<Batch>
}

/** The format of an encoder is what its faults and figures are told under. */
function encoderOf(plugin: EncoderPlugin, options: Options, host: EncoderHost): Encoder<never> {
  const encoder = made(plugin, ['encode'], () => plugin.create(options, host))
  if (encoder.format === plugin.name) return encoder
  throw pluginFault(plugin, 'create', new TypeError(`the format of what it made is "${encoder.format}"`))
}

/** Every channel type whose records some encoder writes. */
export function acceptedChannels(components: Components): readonly string[] {
  const named = components.all('encoder').flatMap(({ accepts }) => accepts)
  const listable = components.sources.flatMap(({ judged, channel }) =>
    [judged, channel].filter(type => isListable(type, components)),
  )
  return [...new Set([...named, ...(named.includes(ANY_CHANNEL) ? listable : [])])].filter(type => type !== ANY_CHANNEL)
}

/** Who has named the channel type goes before who writes records of any. */
function encoderPlugin(format: string, type: string, components: Components): EncoderPlugin | undefined {
  const named = components.all('encoder').filter(({ name }) => name === format)
  return (
    named.find(({ accepts }) => accepts.includes(type)) ??
    (isListable(type, components) ? named.find(({ accepts }) => accepts.includes(ANY_CHANNEL)) : undefined)
  )
}

/** Whether all that a record of this channel type says can be listed. */
function isListable(type: string, components: Components): boolean {
  const source = components.source(type)
  return source !== undefined && (source.snapshot !== undefined || !source.vocabulary.isOpen)
}

const formatsOf = (type: string, components: Components): string =>
  formatNames(components)
    .filter(format => encoderPlugin(format, type, components))
    .join(', ')

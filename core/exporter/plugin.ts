// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream'
import type { Batch } from '../contract/batch.js'
import type { Encoder, Transport } from '../contract/exporter.js'
import type { Options, ProcessorPlugin } from '../contract/plugin.js'
import type { Host } from '../contract/stage.js'
import { Fault } from '../errors/fault.js'
import type { OtelBatch } from '../otel/otel-batch.js'
import type { Limits } from '../spool/segment.js'
import type { EventColumns } from '../sysflow/event-columns.js'
import { Discard } from './discard.js'
import { type Durable, durable, readAtOnce } from './durability-options.js'
import { deferredEncoder } from './encoders/deferred.js'
import { EcsEncoder } from './encoders/ecs.js'
import { FlatJsonEncoder } from './encoders/flat-json.js'
import { IdentifiedEncoder } from './encoders/identified.js'
import { JsonEncoder } from './encoders/json.js'
import { KeyedEncoder, type KeyOf } from './encoders/keyed.js'
import { OTEL_KEYS, SYSFLOW_KEYS } from './encoders/record-keys.js'
import { Exporter } from './exporter.js'
import { Forwarder } from './forwarder.js'
import { EXPORTER_OPTIONS, type ExporterOptions, exporterOptions } from './options.js'
import type { Retry } from './pauses.js'
import { withSecrets } from './secrets.js'
import type { TransportKind, TransportSurroundings } from './transports/kind.js'
import { TRANSPORTS } from './transports/table.js'

/** What an exporter needs from the program it runs in. */
export interface ExporterSurroundings {
  /** Where the terminal transport writes: the process's standard output. */
  readonly terminal: Writable
  /** Version of the product, for ECS output. */
  readonly version: string
  /** Where the pages of a stage go instead of to its target, by the name of the stage. */
  readonly divert?: ((stage: string) => Transport) | undefined
}

export const exporterPlugin = (surroundings: ExporterSurroundings): ProcessorPlugin => ({
  kind: 'processor',
  name: 'exporter',
  contract: 1,
  summary:
    'Writes records and alerts to the terminal, to files or to servers: as JSON, in the Elastic Common Schema or as OpenTelemetry logs.',
  options: EXPORTER_OPTIONS,
  accepts: ['eventchan', 'otelchan'],
  offers: [],
  perTrace: true,
  create(given, host) {
    const options = exporterOptions(given, fault => host.fault(fault, false))
    if (options.transport === 'null') return new Discard()
    const encoder = encoderOf(options, given, surroundings, host)
    const diverted = surroundings.divert?.(host.stage)
    const { transport, settings: delivery } = diverted
      ? { transport: diverted, settings: { retry: options.retry } }
      : deliveryOf(options, given, { ...surroundings, host })
    const wanted = kindOf(options).gathers?.(given)
    const settings = {
      ...delivery,
      buffer: wanted?.records ?? options.buffer,
      collectedBytes: wanted?.bytes,
      flushAfter: wanted?.milliseconds,
      writesAhead: !host.without.has('write-ahead'),
    }
    return new Exporter(encoder, transport, settings, (fault, lostData) => host.fault(fault, lostData))
  },
})

/**
 * What takes the pages of an exporter that were diverted to its target; undefined where there is none. The settings have been
 * looked at where the exporter was made, so nothing is warned of again.
 */
export function forwarderOf(given: Options, surroundings: Omit<Within, 'host'>, host: Host): Forwarder | undefined {
  const options = exporterOptions(given, () => {})
  if (options.transport === 'null') return undefined
  const { transport, settings } = deliveryOf(options, given, { ...surroundings, host })
  return new Forwarder(options.format, transport, settings, (fault, lostData) => host.fault(fault, lostData))
}

/** The target of an exporter alone, for records that were encoded before and kept in a folder. */
export interface Target {
  readonly transport: Transport
  readonly retry: Retry
  readonly atOnce: Limits
}

export function targetOf(given: Options, surroundings: Omit<Within, 'host'>, host: Host): Target {
  const options = exporterOptions(given, () => {})
  if (options.transport === 'null') throw new Fault('SFP_SPOOL_STAGE', { stage: host.stage })
  const atOnce = readAtOnce(kindOf(options).gathers?.(given))
  return { transport: makerOf(options, given, { ...surroundings, host })(), retry: options.retry, atOnce }
}

function encoderOf(options: ExporterOptions, given: Options, surroundings: ExporterSurroundings, host: Host): Encoder<Batch> {
  const key = kindOf(options).keyName?.(given)
  // Whoever made the channel knows of the batches that it carries what cannot be said here.
  return host.inputType === 'otelchan'
    ? (keyedEncoder(otelEncoder(options), key && OTEL_KEYS[key]) as Encoder<Batch>)
    : (keyedEncoder(sysflowEncoder(options, surroundings, host), key && SYSFLOW_KEYS[key]) as Encoder<Batch>)
}

/** Log records of OpenTelemetry have one form only. */
function otelEncoder(options: ExporterOptions): Encoder<OtelBatch> {
  if (options.format !== 'otel') throw new Fault('SFP_OTEL_FORMAT', { format: options.format })
  if (kindOf(options).isIdentified) throw new Fault('SFP_OTEL_NO_IDS', { transport: options.transport })
  return deferredEncoder('otel', async () => new (await import('./encoders/otel.js')).OtelEncoder())
}

function sysflowEncoder(options: ExporterOptions, surroundings: ExporterSurroundings, host: Host): Encoder<EventColumns> {
  const encoder = plainEncoderOf(options, surroundings, host)
  return kindOf(options).isIdentified ? new IdentifiedEncoder(encoder) : encoder
}

const keyedEncoder = <B extends Batch>(encoder: Encoder<B>, keyOf: KeyOf<B> | undefined): Encoder<B> =>
  keyOf ? new KeyedEncoder(encoder, keyOf) : encoder

function plainEncoderOf(options: ExporterOptions, { version }: ExporterSurroundings, { without }: Host): Encoder<EventColumns> {
  switch (options.format) {
    case 'json':
      return options.isFlat ? new FlatJsonEncoder(options.jsonSchema, without) : new JsonEncoder(options.jsonSchema, without)
    case 'ecs':
      return new EcsEncoder(options.productVersion ?? version, options.ecsVersion)
    case 'otel':
      return deferredEncoder('otel', async () => {
        const { SysFlowOtelEncoder } = await import('./encoders/otel-sysflow.js')
        return new SysFlowOtelEncoder(options.productVersion ?? version)
      })
    default:
      return options.format satisfies never
  }
}

/** The transport with the spool that may stand before it, and what happens to records that it does not take. */
const deliveryOf = (options: ExporterOptions, given: Options, surroundings: Within): Durable =>
  durable(makerOf(options, given, surroundings), kindOf(options).gathers?.(given), given, options.retry, surroundings.host)

/** Makes a transport each time that it is called. What the options allow and should not is told once. */
function makerOf(options: ExporterOptions, given: Options, surroundings: Within): () => Transport {
  const kind = kindOf(options)
  const { format } = options
  if (kind.formats && !kind.formats.includes(format))
    throw new Fault('SFP_EXPORT_PAIR', { transport: kind.name, format, known: kind.formats.join(', ') })
  const whole = withSecrets(given, kind)
  for (const fault of kind.warnings?.(whole) ?? []) surroundings.host.fault(fault, false)
  return () => kind.create(whole, { ...surroundings, format })
}

function kindOf({ transport: name }: ExporterOptions): TransportKind {
  const kind = TRANSPORTS.find(known => known.name === name)
  if (!kind) throw new Error(`transport ${name} is not in the table`)
  return kind
}

type Within = Omit<TransportSurroundings, 'format'>

// SPDX-License-Identifier: Apache-2.0
import type { Components, Options, OptionsSchema } from '../contract/plugin.js'
import { Fault } from '../errors/fault.js'
import { nearest } from '../errors/nearest.js'
import { DURABILITY_EXAMPLE, DURABILITY_OPTIONS } from './delivery/durability-options.js'
import type { RetrySettings } from './delivery/retry-backoff.js'
import { readNumber, readText } from './read-options.js'
import { SECRETS_OPTIONS } from './secrets.js'

/** The values of `export`. `null` counts records and discards them. */
export const availableTransports = (components: Components): readonly string[] => [
  ...components.all('transport').map(({ name }) => name),
  'null',
]

/** The values of `format`. */
export const availableFormats = (components: Components): readonly string[] => [
  ...new Set(components.all('encoder').map(({ name }) => name)),
]

/** The validated settings of an exporter; the encoder and the transport validate their own settings. */
export interface ExporterOptions {
  /** One of {@link availableTransports}. */
  readonly transport: string
  /** One of {@link availableFormats}. */
  readonly format: string
  readonly buffer: number
  readonly retry: RetrySettings
}

/**
 * Checks `export`, `type` and `format` here and not in the schema, since each kind of wrong value has its own hint. The detail
 * `key` of a fault is the key of the setting.
 */
export function exporterOptions(options: Options, components: Components, warn: (fault: Fault) => void): ExporterOptions {
  const format = formatNameOf(readText(options, 'format'), availableFormats(components))
  if (options.flat === true && format !== 'json') throw new Fault('SFP_EXPORT_FLAT', { key: 'flat', format })
  return {
    transport: transportNameOf(readText(options, 'type'), readText(options, 'export'), availableTransports(components), warn),
    format,
    buffer: readNumber(options, 'buffer'),
    retry: { seconds: readNumber(options, 'retry.seconds'), maxPauseSeconds: readNumber(options, 'retry.pause') || 30 },
  }
}

/**
 * `type` once chose between alerts and telemetry. Older documents use it to choose the transport, and that is still supported.
 */
function transportNameOf(type: string, given: string, known: readonly string[], warn: (fault: Fault) => void): string {
  if (type !== '') {
    if (known.includes(type)) return type
    if (!DEPRECATED_TYPES.includes(type))
      throw new Fault('SFP_EXPORT_UNKNOWN_TYPE', { key: 'type', value: type, ...suggestionFor(type, known) })
    warn(new Fault('SFP_EXPORT_OLD_TYPE', { value: type }, { level: 'warning' }))
  }
  return knownTransport(given === '' ? 'terminal' : given, known)
}

function knownTransport(name: string, known: readonly string[]): string {
  if (known.includes(name)) return name
  if (name === 'findings') throw new Fault('SFP_EXPORT_RETIRED', { key: 'export', name, known: known.join(', ') })
  throw new Fault('SFP_EXPORT_UNKNOWN_TRANSPORT', { key: 'export', name, ...suggestionFor(name, known) })
}

function formatNameOf(given: string, known: readonly string[]): string {
  const name = given === '' ? 'json' : given
  if (known.includes(name)) return name
  throw new Fault('SFP_EXPORT_UNKNOWN_FORMAT', { key: 'format', name, ...suggestionFor(name, known) })
}

/** Values of `type` that do not name a transport. */
export const DEPRECATED_TYPES: readonly string[] = ['telemetry', 'alert', 'batch']

const suggestionFor = (unknownName: string, known: readonly string[]): Record<string, string> => ({
  nearest: nearest(unknownName, known) ?? '',
  known: known.join(', '),
})

// biome-ignore format: a table
const commonOptions = (components: Components): OptionsSchema['properties'] => ({
  export: { type: 'string', description: `Transport: ${availableTransports(components).join(', ')}.`, default: 'terminal' },
  format: { type: 'string', description: `Output format: ${availableFormats(components).join(', ')}.`, default: 'json' },
  flat: { type: 'boolean', description: 'Flat JSON: attribute names as keys, as in the first release.', default: false },
  buffer: { type: 'integer', minimum: 0, maximum: 1_000_000, description: 'Records to collect before sending. They wait at most one second. 0 and 1: send immediately.', default: 0 },
  'retry.seconds': { type: 'integer', minimum: 0, maximum: 31_536_000, description: 'Seconds to retry after a temporary failure, counted from the last success. Later records wait. 0: no retries.', default: 300 },
  'retry.pause': { type: 'integer', minimum: 1, maximum: 3600, description: 'Maximum pause between two retries, in seconds. The first pause is 0.1 s; each pause is twice as long as the previous one.', default: 30 },
  ...DURABILITY_OPTIONS,
  type: { type: 'string', description: 'Deprecated: telemetry, alert or batch. A transport name overrides `export`.' },
  version: { type: 'string', description: 'Product version in ECS output.' },
  jsonschemaversion: { type: 'integer', minimum: 0, description: 'Value of `version` in JSON output.', default: 5 },
  ecsversion: { type: 'string', description: 'Value of `ecs.version` in ECS output.', default: '8.2' },
  buildnumber: { type: 'string', description: 'Accepted; has no effect.' },
  'cluster.id': { type: 'string', description: 'Accepted; has no effect yet.' },
})

/** Accepts every key of the reference implementation and its first release, and those of all encoders and transports. */
export function exporterSchema(components: Components): OptionsSchema {
  const parts = [...components.all('transport'), ...components.all('encoder')].map(({ options }) => options)
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...commonOptions(components),
      ...Object.assign({}, ...parts.map(({ properties }) => properties)),
      ...SECRETS_OPTIONS,
    },
    examples: [
      { export: 'terminal', format: 'json' },
      {
        export: 'file',
        'file.path': 'alerts.json',
        'file.rotate.size': 100_000_000,
        'file.rotate.keep': 5,
        'file.rotate.gzip': true,
      },
      DURABILITY_EXAMPLE,
      ...parts.flatMap(({ examples = [] }) => examples),
    ],
  }
}

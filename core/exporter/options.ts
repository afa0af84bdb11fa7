// SPDX-License-Identifier: Apache-2.0
import type { Options, OptionsSchema } from '../contract/plugin.js'
import { Fault } from '../errors/fault.js'
import { nearest } from '../errors/nearest.js'
import { DURABILITY_EXAMPLE, DURABILITY_OPTIONS } from './durability-options.js'
import type { Retry } from './pauses.js'
import { number, text } from './read-option.js'
import { SECRETS_OPTIONS } from './secrets.js'
import { TRANSPORTS } from './transports/table.js'

/** What `export` may say. `null` counts records and lets them go. */
export const TRANSPORT_NAMES: readonly string[] = [...TRANSPORTS.map(({ name }) => name), 'null']
export const FORMATS = ['json', 'ecs', 'otel'] as const
export type FormatName = (typeof FORMATS)[number]

/** An exporter's settings, checked. */
export interface ExporterOptions {
  /** One of {@link TRANSPORT_NAMES}. */
  readonly transport: string
  readonly format: FormatName
  readonly isFlat: boolean
  readonly buffer: number
  readonly retry: Retry
  /** What `version` says in JSON and ECS output, and the product's own version in ECS. */
  readonly jsonSchema: number
  readonly ecsVersion: string
  readonly productVersion: string | undefined
}

/** The words that have an effect are checked here and not by the schema: each kind of wrong word has its own remedy. */
export function exporterOptions(options: Options, warn: (fault: Fault) => void): ExporterOptions {
  const format = formatOf(text(options, 'format'))
  const isFlat = options.flat === true
  if (isFlat && format !== 'json') throw new Fault('SFP_EXPORT_FLAT', { format })
  return {
    transport: transportOf(text(options, 'type'), text(options, 'export'), warn),
    format,
    isFlat,
    buffer: number(options, 'buffer'),
    retry: { seconds: number(options, 'retry.seconds'), longestPause: number(options, 'retry.pause') || 30 },
    jsonSchema: number(options, 'jsonschemaversion') || 5,
    ecsVersion: text(options, 'ecsversion') || '8.2',
    productVersion: text(options, 'version') || undefined,
  }
}

/** `type` once chose between alerts and telemetry. Older documents use it to choose the transport, and so may anybody. */
function transportOf(type: string, given: string, warn: (fault: Fault) => void): string {
  if (type === '') return knownTransport(given === '' ? 'terminal' : given)
  if (TRANSPORT_NAMES.includes(type)) return knownTransport(type)
  if (!OLD_TYPES.includes(type)) {
    throw new Fault('SFP_EXPORT_UNKNOWN_TYPE', { value: type, ...suggestion(type, TRANSPORT_NAMES) })
  }
  warn(new Fault('SFP_EXPORT_OLD_TYPE', { value: type }, { level: 'warning' }))
  return knownTransport(given === '' ? 'terminal' : given)
}

function knownTransport(name: string): string {
  if (TRANSPORT_NAMES.includes(name)) return name
  const known = TRANSPORT_NAMES.join(', ')
  if (name === 'findings') throw new Fault('SFP_EXPORT_RETIRED', { name, known })
  throw new Fault('SFP_EXPORT_UNKNOWN_TRANSPORT', { name, ...suggestion(name, TRANSPORT_NAMES) })
}

function formatOf(given: string): FormatName {
  const name = given === '' ? 'json' : given
  if (isOne(FORMATS, name)) return name
  throw new Fault('SFP_EXPORT_UNKNOWN_FORMAT', { name, ...suggestion(name, FORMATS) })
}

const OLD_TYPES: readonly string[] = ['telemetry', 'alert', 'batch']

const isOne = <T extends string>(words: readonly T[], word: string): word is T => (words as readonly string[]).includes(word)

const suggestion = (word: string, known: readonly string[]): Record<string, string> => ({
  nearest: nearest(word, known) ?? '',
  known: known.join(', '),
})

// biome-ignore format: a table
const COMMON_OPTIONS: OptionsSchema['properties'] = {
  export: { type: 'string', description: `Where records go: ${TRANSPORT_NAMES.join(', ')}.`, default: 'terminal' },
  format: { type: 'string', description: `How records are written: ${FORMATS.join(', ')}.`, default: 'json' },
  flat: { type: 'boolean', description: 'JSON of one level: attribute names as keys, as the first release wrote it.', default: false },
  buffer: { type: 'integer', minimum: 0, maximum: 1_000_000, description: 'Records that are collected before they are sent; they wait a second at most. 0 and 1: sent as they come.', default: 0 },
  'retry.seconds': { type: 'integer', minimum: 0, maximum: 31_536_000, description: 'For how many seconds records are sent again while the target fails for a reason that may pass, counted from its last success; what follows waits. 0: not at all.', default: 300 },
  'retry.pause': { type: 'integer', minimum: 1, maximum: 3600, description: 'The longest pause between two tries, in seconds; the first is a tenth of a second, each further one twice as long.', default: 30 },
  ...DURABILITY_OPTIONS,
  type: { type: 'string', description: 'Old: telemetry, alert or batch. A transport name here is taken as `export`, and wins over it.' },
  version: { type: 'string', description: 'Product version in ECS output.' },
  jsonschemaversion: { type: 'integer', minimum: 0, description: 'Value of `version` in JSON output.', default: 5 },
  ecsversion: { type: 'string', description: 'Value of `ecs.version` in ECS output.', default: '8.2' },
  buildnumber: { type: 'string', description: 'Accepted; has no effect.' },
  'cluster.id': { type: 'string', description: 'Accepted; has no effect yet.' },
}

/** Every key that the reference or its first release knows is accepted. */
export const EXPORTER_OPTIONS: OptionsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...COMMON_OPTIONS,
    ...Object.assign({}, ...TRANSPORTS.map(({ options }) => options)),
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
    ...TRANSPORTS.flatMap(({ example }) => (example ? [example] : [])),
  ],
}

// SPDX-License-Identifier: Apache-2.0
import type { Components, DriverPlugin, ProcessorPlugin } from '../../../../core/contract/plugin.js'
import { ADMIN_OPTIONS } from '../../../config/admin-options.js'
import { FOLDER_KEYS } from '../../../config/settings.js'
import { DRAFT, type JsonSchema, propertiesOf, when } from './json-schema.js'

/**
 * What a pipeline file may hold, for editors. What is not in `components` is refused, unless the file itself names plugins:
 * then any component and any key may be theirs.
 */
export function pipelineSchema(components: Components): JsonSchema {
  const stages = components.all('processor')
  const drivers = components.all('driver')
  return {
    $schema: DRAFT,
    title: 'Pipeline file of sfprocessor',
    description: 'Which stages there are, how they are joined by channels, and their settings.',
    type: 'object',
    properties: {
      $schema: { type: 'string', description: 'This schema, for editors.' },
      drivers: { type: 'array', description: DRIVERS, items: { $ref: '#/definitions/driver' } },
      pipeline: { type: 'array', description: PIPELINE, minItems: 1, items: { $ref: '#/definitions/stage' } },
      inside: {
        type: 'object',
        description: 'An endpoint for metrics, health and a live page.',
        properties: propertiesOf(ADMIN_OPTIONS),
        additionalProperties: false,
      },
      plugins: { type: 'array', description: PLUGINS, items: { type: 'string', minLength: 1 } },
      ...Object.fromEntries(FOLDER_KEYS.map(key => [key, { type: 'string', description: FOLDERS[key] }])),
    },
    required: ['pipeline'],
    additionalProperties: false,
    if: { anyOf: ['plugins', ...FOLDER_KEYS].map(key => ({ required: [key] })) },
    else: {
      properties: {
        drivers: { items: { $ref: '#/definitions/knownDriver' } },
        pipeline: { items: { $ref: '#/definitions/knownStage' } },
      },
    },
    definitions: {
      stage: section('processor', 'What the stage does.', ['processor', 'in'], stages),
      knownStage: knownSection('processor', stages, STAGE_PROPERTIES, components),
      driver: section('driver', 'Where records come from.', ['driver', 'out'], drivers),
      knownDriver: knownSection('driver', drivers, DRIVER_PROPERTIES, components),
      channels: {
        description: '"NAME TYPE", or several of these.',
        type: ['string', 'array'],
        pattern: '^\\s*\\S+\\s+\\S+\\s*$',
        items: { type: 'string', pattern: '^\\s*\\S+\\s+\\S+\\s*$' },
      },
      ...Object.fromEntries(stages.map(plugin => [definitionOf(plugin), settingsSchema(plugin, STAGE_PROPERTIES)])),
      ...Object.fromEntries(drivers.map(plugin => [definitionOf(plugin), settingsSchema(plugin, DRIVER_PROPERTIES)])),
    },
  }
}

const DRIVERS = 'What brings records in. Without it the file driver reads the paths of the command line.'
const PIPELINE = 'The stages, in any order: channels join them.'
const PLUGINS = 'Modules with further components: npm packages, or paths (beginning with . or /) relative to this file.'

const FOLDERS: Readonly<Record<(typeof FOLDER_KEYS)[number], string>> = {
  plugdir: 'Folder of plugins of any kind; those that this file uses are loaded.',
  driverdir: 'Folder of driver plugins.',
  handlerdir: 'Folder of handler plugins.',
  actiondir: 'Folder of action plugins.',
}

/** Keys of a stage's section that are not its component's. */
export const STAGE_PROPERTIES: Readonly<Record<string, JsonSchema>> = {
  processor: { type: 'string' },
  name: { type: 'string', description: 'What logs, metrics and the environment call the stage (default: its processor).' },
  in: { $ref: '#/definitions/channels', description: 'Channels that it reads: "NAME TYPE", or a list of these.' },
  out: { $ref: '#/definitions/channels', description: 'Channels that it writes: "NAME TYPE", or a list of these.' },
  onError: {
    enum: ['continue', 'stop'],
    description: 'When the stage throws at a batch: drop the batch, count it and continue (default), or stop the run.',
  },
}

export const DRIVER_PROPERTIES: Readonly<Record<string, JsonSchema>> = {
  driver: { type: 'string' },
  out: { $ref: '#/definitions/channels', description: 'Channel that it writes: "NAME TYPE".' },
  path: { type: 'string', description: 'What it reads; beats the paths of the command line.' },
}

type SectionPlugin = ProcessorPlugin | DriverPlugin

const definitionOf = ({ kind, name }: SectionPlugin): string => `${kind}-${name}`

/** A section whose component decides about the rest of it. */
const section = (
  key: string,
  description: string,
  required: readonly string[],
  plugins: readonly SectionPlugin[],
): JsonSchema => ({
  type: 'object',
  properties: { [key]: { type: 'string', description, examples: plugins.map(({ name }) => name) } },
  required,
  allOf: plugins.map(plugin => when(keyEquals(key, plugin.name), { $ref: `#/definitions/${definitionOf(plugin)}` })),
})

/** Nothing but what is known: its component, its keys, and the words that stand for components within it. */
const knownSection = (
  key: string,
  plugins: readonly SectionPlugin[],
  reserved: Readonly<Record<string, JsonSchema>>,
  components: Components,
): JsonSchema => ({
  properties: { [key]: { enum: plugins.map(({ name }) => name) } },
  allOf: plugins.map(plugin =>
    when(keyEquals(key, plugin.name), {
      propertyNames: { enum: [...Object.keys(reserved), ...Object.keys(propertiesOf(plugin.options))] },
      ...componentEnums(plugin, components),
    }),
  ),
})

const keyEquals = (key: string, name: string): JsonSchema => ({ properties: { [key]: { const: name } }, required: [key] })

function settingsSchema(
  { kind, name, summary, options }: SectionPlugin,
  reserved: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  return {
    title: `${kind} ${name}`,
    description: summary,
    type: 'object',
    properties: { ...reserved, ...propertiesOf(options) },
    ...(options.required && { required: options.required }),
    ...(options.examples && { examples: options.examples }),
  }
}

/** Settings whose words are the names of components. */
function componentEnums({ name }: SectionPlugin, components: Components): JsonSchema {
  const words = (kind: 'handler' | 'encoder' | 'transport'): string[] => [...new Set(components.all(kind).map(part => part.name))]
  switch (name) {
    case 'sysflowreader':
    case 'sysflowprocessor':
      return { properties: { handler: { enum: words('handler') } } }
    case 'exporter':
      return {
        properties: { export: { enum: ['', ...words('transport'), 'null'] }, format: { enum: ['', ...words('encoder')] } },
      }
    default:
      return {}
  }
}

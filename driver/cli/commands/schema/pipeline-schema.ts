// SPDX-License-Identifier: Apache-2.0
import { DRAFT, type JsonSchema, when } from '../../../../core/contract/json-schema.js'
import {
  type Components,
  type DriverPlugin,
  type OptionSchema,
  PLUGIN_KINDS,
  type Plugin,
  type PluginKind,
  type ProcessorPlugin,
} from '../../../../core/contract/plugin.js'
import { ADMIN_OPTIONS } from '../../../config/admin-options.js'
import { FOLDER_KEYS } from '../../../config/settings.js'
import { COMMENT_KEYS, deprecated, type ItemSchemaOf, patternOrVariable, propertiesOf, wordsOrVariable } from './json-schema.js'

/**
 * The schema of pipeline files, for editors. It rejects anything that is not in `components`, unless the file itself names
 * plugins: it then accepts any component and any key.
 */
export function pipelineSchema(components: Components): JsonSchema {
  const stages = components.all('processor')
  const drivers = components.all('driver')
  const admin: JsonSchema = {
    type: 'object',
    description: 'The admin endpoint: metrics, health checks and a dashboard.',
    properties: propertiesOf(ADMIN_OPTIONS, itemOf),
    patternProperties: COMMENT_KEYS,
    additionalProperties: false,
  }
  return {
    $schema: DRAFT,
    title: 'Pipeline file of sfprocessor',
    description: 'Stages, their channels and their settings.',
    type: 'object',
    properties: {
      $schema: { type: 'string', description: 'Reference to this schema, for editors.' },
      drivers: { type: 'array', description: DRIVERS, items: { $ref: '#/definitions/driver' } },
      pipeline: { type: 'array', description: PIPELINE, minItems: 1, items: { $ref: '#/definitions/stage' } },
      admin,
      inside: { ...admin, ...deprecated('Deprecated; use "admin".') },
      plugins: { type: 'array', description: PLUGINS, items: { type: 'string', minLength: 1 } },
      ...Object.fromEntries(FOLDER_KEYS.map(key => [key, { type: 'string', description: FOLDERS[key] }])),
    },
    patternProperties: COMMENT_KEYS,
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
      stage: section('processor', 'Processor of the stage.', ['processor', 'in'], stages, components),
      knownStage: knownSection('processor', stages, STAGE_PROPERTIES, components),
      driver: section('driver', 'Driver that reads the records.', ['driver', 'out'], drivers, components),
      knownDriver: knownSection('driver', drivers, DRIVER_PROPERTIES, components),
      channels: {
        description: '"NAME TYPE", or a list of these.',
        type: ['string', 'array'],
        pattern: CHANNEL,
        items: { type: 'string', pattern: CHANNEL },
      },
      ...Object.fromEntries(stages.map(plugin => [definitionOf(plugin), settingsSchema(plugin, STAGE_PROPERTIES)])),
      ...Object.fromEntries(drivers.map(plugin => [definitionOf(plugin), settingsSchema(plugin, DRIVER_PROPERTIES)])),
      ...itemDefinitions(components),
    },
  }
}

const CHANNEL = patternOrVariable('^\\s*\\S+\\s+\\S+\\s*$')

/** Items of lists of components are defined once for each kind, since a component may contain such lists again. */
const itemOf: ItemSchemaOf = kind => ({ $ref: `#/definitions/item-${kind}` })

function itemDefinitions(components: Components): Record<string, JsonSchema> {
  const kinds = new Set(
    PLUGIN_KINDS.flatMap(kind => components.all(kind).flatMap(({ options }) => itemKindsOf(options.properties))),
  )
  const definitions = [...kinds].map((kind): [string, JsonSchema] => {
    const plugins: readonly Plugin[] = components.all(kind)
    const item = {
      type: 'object',
      properties: { [kind]: { type: 'string', examples: plugins.map(({ name }) => name) } },
      required: [kind],
      allOf: plugins.map(({ name, options }) =>
        when(keyEquals(kind, name), {
          properties: { [kind]: true, ...propertiesOf(options, itemOf) },
          patternProperties: COMMENT_KEYS,
          additionalProperties: false,
          ...(options.required && { required: options.required }),
        }),
      ),
    }
    return [`item-${kind}`, item]
  })
  return Object.fromEntries(definitions)
}

/** The kinds of components that lists among these options hold. */
function itemKindsOf(properties: Readonly<Record<string, OptionSchema>>): PluginKind[] {
  return Object.values(properties).flatMap(function kindsOf(value: Omit<OptionSchema, 'description'>): PluginKind[] {
    const { items } = value
    const ofItems = !items ? [] : 'component' in items ? [items.component] : kindsOf(items)
    return [...ofItems, ...(value.properties ? itemKindsOf(value.properties) : [])]
  })
}

const DRIVERS = 'Drivers of the pipeline. Default: the file driver reads the paths of the command line.'
const PIPELINE = 'Stages, in any order. Channels connect them.'
const PLUGINS = 'Plugin modules: npm packages, or paths relative to this file that start with . or /.'

const FOLDERS: Readonly<Record<(typeof FOLDER_KEYS)[number], string>> = {
  plugdir: 'Directory of plugins of any kind. Only plugins that this file uses are loaded.',
  driverdir: 'Directory of driver plugins.',
  handlerdir: 'Directory of handler plugins.',
  actiondir: 'Directory of action plugins.',
}

/** Keys of a stage's section that do not belong to its component. */
export const STAGE_PROPERTIES: Readonly<Record<string, JsonSchema>> = {
  processor: { type: 'string' },
  name: { type: 'string', description: 'Name of the stage in logs, metrics and environment variables (default: its processor).' },
  in: { $ref: '#/definitions/channels', description: 'Input channels: "NAME TYPE", or a list of these.' },
  out: { $ref: '#/definitions/channels', description: 'Output channels: "NAME TYPE", or a list of these.' },
  onError: {
    enum: ['continue', 'stop'],
    description: 'Behavior if the stage throws an error for a batch: drop and count the batch (default), or stop the run.',
  },
}

export const DRIVER_PROPERTIES: Readonly<Record<string, JsonSchema>> = {
  driver: { type: 'string' },
  out: { $ref: '#/definitions/channels', description: 'Output channel: "NAME TYPE".' },
  path: { type: 'string', description: 'Input path. It overrides the paths of the command line.' },
}

type SectionPlugin = ProcessorPlugin | DriverPlugin

const definitionOf = ({ kind, name }: SectionPlugin): string => `${kind}-${name}`

/** A section whose component determines the other keys. */
const section = (
  key: string,
  description: string,
  required: readonly string[],
  plugins: readonly SectionPlugin[],
  components: Components,
): JsonSchema => ({
  type: 'object',
  properties: { [key]: { type: 'string', description, examples: plugins.map(({ name }) => name) } },
  required,
  allOf: plugins.flatMap(plugin => [
    when(keyEquals(key, plugin.name), { $ref: `#/definitions/${definitionOf(plugin)}` }),
    ...requiredOfSubcomponents(key, plugin, components),
  ]),
})

/** A section with known keys only: its component, its keys, and the keys that name subcomponents. */
const knownSection = (
  key: string,
  plugins: readonly SectionPlugin[],
  reserved: Readonly<Record<string, JsonSchema>>,
  components: Components,
): JsonSchema => ({
  properties: { [key]: wordsOrVariable({ enum: plugins.map(({ name }) => name) }) },
  allOf: plugins.map(plugin =>
    when(keyEquals(key, plugin.name), {
      propertyNames: {
        anyOf: [{ enum: [...Object.keys(reserved), ...Object.keys(propertiesOf(plugin.options, itemOf))] }, { pattern: '^_' }],
      },
      ...componentEnums(plugin, components),
    }),
  ),
})

/**
 * The required options of the subcomponents that the section names by a key. Secrets are not required, since they may be in
 * separate files; neither are options of actions, since the rules determine which actions are used.
 */
function requiredOfSubcomponents(key: string, plugin: SectionPlugin, components: Components): JsonSchema[] {
  return namingKeys(plugin).flatMap(([namingKey, kind]) =>
    components
      .all(kind)
      .map(({ name, options: { required = [], properties } }) => ({
        name,
        required: required.filter(option => properties[option]?.secret !== true),
      }))
      .filter(({ required }) => required.length > 0)
      .map(({ name, required }) => when({ allOf: [keyEquals(key, plugin.name), keyEquals(namingKey, name)] }, { required })),
  )
}

const keyEquals = (key: string, name: string): JsonSchema => ({ properties: { [key]: { const: name } }, required: [key] })

function settingsSchema(
  { kind, name, summary, options }: SectionPlugin,
  reserved: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  return {
    title: `${kind} ${name}`,
    description: summary,
    type: 'object',
    properties: { ...reserved, ...propertiesOf(options, itemOf) },
    ...(options.required && { required: options.required }),
    ...(options.examples && { examples: options.examples }),
  }
}

/** Keys of a section whose values name components, with the kind of these components. */
function namingKeys({ name }: SectionPlugin): readonly (readonly [string, 'handler' | 'encoder' | 'transport'])[] {
  switch (name) {
    case 'sysflowreader':
    case 'sysflowprocessor':
      return [['handler', 'handler']]
    case 'exporter':
      return [['export', 'transport'], ['format', 'encoder']] // biome-ignore format: a table
    default:
      return []
  }
}

function componentEnums(plugin: SectionPlugin, components: Components): JsonSchema {
  const words = (kind: 'handler' | 'encoder' | 'transport'): string[] => [...new Set(components.all(kind).map(part => part.name))]
  const keys = namingKeys(plugin).map(([key, kind]): [string, JsonSchema] => {
    const others: Readonly<Record<string, readonly string[]>> = { transport: ['', 'null'], encoder: [''] }
    return [key, wordsOrVariable({ enum: [...words(kind), ...(others[kind] ?? [])] })]
  })
  return keys.length === 0 ? {} : { properties: Object.fromEntries(keys) }
}
